//! Finds a Python that has its own tests and that PyO3 knows: without it, the tests of this
//! package that need one are reported as ignored.

use std::process::Command;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_python3)");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=PATH");
    // The interpreter itself: what the PATH calls python3 may be a script that looks for it.
    // Distributions have the tests in a package of their own.
    let script = "
import importlib.util, sys
assert sys.implementation.name == 'cpython' and (3, 9) <= sys.version_info < (3, 16)
assert importlib.util.find_spec('test.test_mmap')
print(sys.executable)";
    match Command::new("python3").args(["-c", script]).output() {
        Ok(python) if python.status.success() => {
            let path = String::from_utf8_lossy(&python.stdout);
            println!("cargo::rustc-env=PYTHON3={}", path.trim());
        }
        _ => {
            println!("cargo::rustc-cfg=no_python3");
            // Never there, so cargo runs this again each time, and a Python that has come is seen.
            println!("cargo::rerun-if-changed=python3");
        }
    }
}
