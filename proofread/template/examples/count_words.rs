//! Counts the words of a sentence.

fn main() {
    let sentence = "every program here was run";
    println!("{} words", sentence.split_whitespace().count());
}
