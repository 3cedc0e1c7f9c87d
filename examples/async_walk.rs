//! Walks a map in a task, where no other task runs, and beside the tasks.

use memmap2::Mmap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{error::Error, fs::File, thread};
use tokio::{runtime, task};

static TURNS: AtomicUsize = AtomicUsize::new(0);

fn turns() -> usize {
    TURNS.load(Ordering::Relaxed)
}

async fn other_task() {
    loop {
        TURNS.fetch_add(1, Ordering::Relaxed);
        task::yield_now().await;
    }
}

async fn walk_twice(map: Mmap) -> Result<(), Box<dyn Error>> {
    task::spawn(other_task());
    task::yield_now().await; // it starts
    let before = turns();
    let spaces = map.iter().filter(|&&byte| byte == b' ').count();
    println!("In a task: {spaces} spaces, {} turns", turns() - before);

    let walk = task::spawn_blocking(move || {
        let before = turns();
        while turns() == before {
            thread::yield_now(); // in a task, this would wait for ever
        }
        map.iter().filter(|&&byte| byte == b' ').count()
    });
    println!("Beside the tasks: {} spaces, some turns", walk.await?);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = runtime::Builder::new_current_thread().build()?;
    // SAFETY: nobody may write to or shorten lorem.txt while it is mapped.
    // Nothing enforces that: this trusts whoever else can open the file.
    let map = unsafe { Mmap::map(&File::open("lorem.txt")?)? };
    runtime.block_on(walk_twice(map))
}
