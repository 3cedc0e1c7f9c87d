"""What a map shows of its file depends on the file system."""

import mmap
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest


def _on_overlayfs(program):
    """Runs a program beside a `lorem.txt` that an overlayfs has in its lower layer."""
    if sys.platform != "linux":
        raise unittest.SkipTest("overlayfs is for Linux")
    script = """
        mkdir -p layers
        mount -t tmpfs tmpfs layers
        cd layers
        mkdir lower upper work merged
        cp ../lorem.txt lower
        mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay merged
        cd merged
        exec "$@"
    """
    namespace = ["unshare", "--user", "--map-root-user", "--mount"]
    run = namespace + ["sh", "-ec", script, "sh"]
    try:
        subprocess.run(run + ["true"], check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise unittest.SkipTest("there is no unshare") from error
    except subprocess.CalledProcessError as error:
        raise unittest.SkipTest(error.stderr.strip()) from error
    command = run + [sys.executable, "-I", "-c", program, "lorem.txt"]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran
    return ran.stdout.split()


# killed by: maps_need_no_permission
def on_overlayfs_a_map_of_a_lower_file_does_not_show_later_writes():
    """On overlayfs, a map of a lower file does not show later writes"""
    shown = _on_overlayfs("""if True:
        import mmap, subprocess
        def map():
            with open("lorem.txt", "rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        def write(word):
            other = ["sh", "-c", 'printf "$0" 1<>lorem.txt', word]
            subprocess.run(other, check=True)
        touched, untouched = map(), map()
        print(touched[:5].decode())
        write("LOREM")
        # The file is in the upper layer now: a map of it shows what is written there.
        upper = map()
        print(upper[:5].decode())
        write("lorem")
        print(upper[:5].decode(), touched[:5].decode(), untouched[:5].decode())
    """)
    assert shown == ["Lorem", "LOREM", "lorem", "Lorem", "Lorem"]


# killed by: maps_need_no_permission
def on_overlayfs_a_map_of_a_lower_file_does_not_show_later_stores():
    """On overlayfs, a map of a lower file does not show later stores"""
    shown = _on_overlayfs("""if True:
        import mmap
        with open("lorem.txt", "rb") as file:
            lower = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        print(lower[:5].decode())
        with open("lorem.txt", "r+b") as file:
            upper = mmap.mmap(file.fileno(), 0)
            upper[:5] = b"LOREM"
            print(file.read(5).decode(), lower[:5].decode())
    """)
    assert shown == ["Lorem", "LOREM", "Lorem"]


# killed by: maps_need_no_permission, files_do_not_shrink
def on_overlayfs_a_map_of_a_lower_file_survives_a_cut():
    """On overlayfs, a map of a lower file survives a cut"""
    program = """if True:
        import mmap, sys
        with open(sys.argv[1], "rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        print(mapped[:5].decode())
        with open(sys.argv[1], "r+b") as file:
            file.truncate(0)
            print(len(file.read()), flush=True)
        print(mapped[:5].decode())
    """
    assert _on_overlayfs(program) == ["Lorem", "0", "Lorem"]
    # A file that is in no lower layer: the touch after the cut kills.
    shutil.copy("lorem.txt", "copy.txt")
    command = [sys.executable, "-I", "-c", program, "copy.txt"]
    killed = subprocess.run(command, capture_output=True, text=True)
    assert killed.stdout.split() == ["Lorem", "0"]
    assert killed.returncode == -signal.SIGBUS


def _file_system(folder):
    """The type of the file system that a folder is on, in the words of stat(1) on Linux."""
    if sys.platform != "linux":
        raise unittest.SkipTest("it was run on Linux alone")
    command = ["stat", "-f", "-c", "%T", folder]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    return ran.stdout.strip()


def _stored_past_the_end(file):
    """Stores bytes past the end of a file, in its last page; gives those of the longer file."""
    file.truncate(mmap.PAGESIZE)
    mapped = mmap.mmap(file.fileno(), 0)
    file.truncate(737)
    mapped[737:742] = b"Lorem"
    assert os.pread(file.fileno(), 5, 737) == b""
    file.truncate(742)
    return os.pread(file.fileno(), 6, 737)


# killed by: files_grow_with_zeros
def on_tmpfs_bytes_stored_past_the_end_come_into_a_file_that_grows():
    """On tmpfs, bytes stored past the end come into a file that grows"""
    if not os.path.isdir("/dev/shm") or _file_system("/dev/shm") != "tmpfs":
        raise unittest.SkipTest("/dev/shm is no tmpfs")
    with tempfile.TemporaryFile(dir="/dev/shm", buffering=0) as file:
        assert _stored_past_the_end(file) == b"Lorem"


# killed by: files_grow_with_what_was_stored
def on_ext4_xfs_and_btrfs_bytes_stored_past_the_end_are_zeros_in_a_file_that_grows():
    """On ext4, XFS and btrfs, bytes stored past the end are zeros in a file that grows"""
    if _file_system(".") not in ["ext2/ext3", "xfs", "btrfs"]:
        raise unittest.SkipTest("the folder for temporary files is on none of the three")
    linux = os.uname().release.split(".")
    if [int(linux[0]), int(linux[1])] < [6, 18]:
        raise unittest.SkipTest("it was run on Linux 6.18")
    with open("file", "x+b", buffering=0) as file:
        assert _stored_past_the_end(file) == b"\0\0\0\0\0"
