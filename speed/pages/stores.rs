//! Compares the store of the book with databases: puts small records that must survive, and gets
//! them.

use super::common::*;
use redb::{Database, ReadableDatabase, TableDefinition};
use rusqlite::{Connection, params};
use std::collections::HashMap;
use std::io::Write;

#[path = "../../examples/key_value_store.rs"]
mod key_value_store;
use key_value_store::Store;

/// A record.
const RECORD: [u8; 100] = [b'x'; 100];
/// The records of redb.
const TABLE: TableDefinition<u64, &[u8]> = TableDefinition::new("records");

pub fn measure(run: &mut Run) {
    let count = run.of(100, 1000, 1000);
    for (records, each, size) in [
        (count / 10, 1, "a commit for each record"),
        (count, 100, "a commit for 100 records"),
    ] {
        let keys: Vec<u64> = (0..records as u64).collect();
        let commits = || keys.chunks(each);
        let file = system::file("appended", TEXT, 0).1;
        let mut file = &file;
        let (mut sqlite, redb) = (
            open_sqlite(&format!("{each}.sqlite")),
            open_redb(&format!("{each}.redb")),
        );
        let mut store = open_store(&format!("{each}.store"));
        let contenders = vec![
            work(Baseline, "baseline", || {
                file.set_len(0).unwrap();
                for keys in commits() {
                    file.write_all(&RECORD.repeat(keys.len())).unwrap();
                    file.sync_data().unwrap();
                }
                0
            }),
            work(Kept, "the store of the book", || put(&mut store, commits())),
            work(Without, "SQLite", || put_sqlite(&mut sqlite, commits())),
            work(Without, "redb", || put_redb(&redb, commits())),
        ];
        run.measure(
            ["put records", &format!("{records}, {size}")],
            None,
            contenders,
        );
    }
    let count = 10 * count;
    let keys: Vec<u64> = (0..count as u64).collect();
    let mut wanted = keys.clone();
    fastrand::Rng::with_seed(13).shuffle(&mut wanted);
    let memory: HashMap<u64, Vec<u8>> = keys.iter().map(|key| (*key, RECORD.to_vec())).collect();
    let (mut sqlite, redb) = (open_sqlite("get.sqlite"), open_redb("get.redb"));
    put_sqlite(&mut sqlite, keys.chunks(count));
    put_redb(&redb, keys.chunks(count));
    let mut store = open_store("get.store");
    put(&mut store, keys.chunks(count));
    let mut select = sqlite
        .prepare("SELECT value FROM records WHERE key = ?")
        .unwrap();
    let contenders = vec![
        work(Baseline, "baseline", || {
            total(wanted.iter().map(|key| sum(&memory[key])))
        }),
        work(Kept, "the store of the book", || {
            let mut get = |key: &u64| sum(store.get(&key.to_ne_bytes()).unwrap().unwrap());
            total(wanted.iter().map(&mut get))
        }),
        work(Without, "SQLite", || {
            total(wanted.iter().map(|key| {
                let of = |row: &rusqlite::Row| Ok(sum(row.get_ref(0)?.as_blob()?));
                select.query_row([*key as i64], of).unwrap()
            }))
        }),
        work(Without, "redb", || {
            let read = redb.begin_read().unwrap();
            let table = read.open_table(TABLE).unwrap();
            total(
                wanted
                    .iter()
                    .map(|key| sum(table.get(key).unwrap().unwrap().value())),
            )
        }),
    ];
    run.measure(["get records", &format!("{count}")], None, contenders);
}

fn open_store(name: &str) -> Store {
    // SAFETY: only this run uses the file.
    unsafe { Store::open(&system::folder().join(name)) }.unwrap()
}

fn put<'a>(store: &mut Store, commits: impl Iterator<Item = &'a [u64]>) -> u64 {
    for keys in commits {
        for key in keys {
            store.put(&key.to_ne_bytes(), &RECORD).unwrap();
        }
        store.flush().unwrap();
    }
    0
}

/// SQLite with a write-ahead log, so that a commit survives a power cut.
fn open_sqlite(name: &str) -> Connection {
    let sqlite = Connection::open(system::folder().join(name)).unwrap();
    let set_up = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE records (key INTEGER PRIMARY KEY, value BLOB NOT NULL);";
    sqlite.execute_batch(set_up).unwrap();
    sqlite
}

fn put_sqlite<'a>(sqlite: &mut Connection, commits: impl Iterator<Item = &'a [u64]>) -> u64 {
    for keys in commits {
        let put = sqlite.transaction().unwrap();
        let mut insert = put
            .prepare_cached("INSERT OR REPLACE INTO records VALUES (?, ?)")
            .unwrap();
        for key in keys {
            insert.execute(params![*key as i64, RECORD]).unwrap();
        }
        drop(insert);
        put.commit().unwrap();
    }
    0
}

fn open_redb(name: &str) -> Database {
    Database::create(system::folder().join(name)).unwrap()
}

fn put_redb<'a>(redb: &Database, commits: impl Iterator<Item = &'a [u64]>) -> u64 {
    for keys in commits {
        let put = redb.begin_write().unwrap();
        let mut table = put.open_table(TABLE).unwrap();
        for key in keys {
            table.insert(key, &RECORD[..]).unwrap();
        }
        drop(table);
        put.commit().unwrap();
    }
    0
}
