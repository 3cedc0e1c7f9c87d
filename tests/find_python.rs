//! The build script of the packages here that run Python. A test for which there is no Python is
//! reported as ignored.

use std::process::Command;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_python3, no_cpython_tests)");
    println!("cargo::rerun-if-changed=../find_python.rs");
    println!("cargo::rerun-if-env-changed=PATH");
    // The interpreter itself: what the PATH calls python3 may be a script that looks for it. And
    // whether it is one that PyO3 knows, and has CPython's own tests: distributions have them in a
    // package of their own.
    let script = "
import sys
from importlib.util import find_spec
print(sys.executable)
known = sys.implementation.name == 'cpython' and (3, 9) <= sys.version_info < (3, 16)
print(bool(known and find_spec('test') and find_spec('test.test_mmap')))";
    let python = Command::new("python3").args(["-c", script]).output();
    let python = python.ok().filter(|python| python.status.success());
    let printed = python.map(|python| String::from_utf8_lossy(&python.stdout).into_owned());
    match printed
        .as_deref()
        .and_then(|printed| printed.split_once('\n'))
    {
        Some((path, has_tests)) => {
            println!("cargo::rustc-env=PYTHON3={path}");
            if has_tests.trim() != "True" {
                println!("cargo::rustc-cfg=no_cpython_tests");
            }
        }
        None => {
            println!("cargo::rustc-cfg=no_python3");
            println!("cargo::rustc-cfg=no_cpython_tests");
            // Never there, so cargo runs this again each time, and a Python that has come is seen.
            println!("cargo::rerun-if-changed=python3");
        }
    }
}
