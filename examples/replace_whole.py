"""Makes or replaces a file as a whole: readers find the old one or the new."""

import mmap
import os
import stat
import tempfile

ACL = "system.posix_acl_access"


def replace(path, contents, mode, keep=False):
    """Makes a file with these bytes, or replaces one.

    The new file gets the mode. With keep, a file that is replaced hands on
    its owner, group, access list and mode, on Linux. What cannot be kept
    leaves the new file to its owner alone. Returns whether all is as asked.
    """
    if os.path.islink(path) and not os.path.exists(path):
        raise OSError("a link that leads nowhere")
    path = os.path.realpath(path)
    is_there = os.path.lexists(path)
    if is_there and not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError("not a regular file")
    folder = os.path.dirname(path)
    posix = os.name == "posix"
    opened = os.open(folder, os.O_RDONLY) if posix else None
    try:
        descriptor, temporary = tempfile.mkstemp(dir=folder)
        try:
            with open(descriptor, "wb") as file:
                file.write(contents)
                file.flush()
                if is_there and keep:
                    as_asked = keep_rights(path, file.fileno())
                else:
                    as_asked = set_mode(file.fileno(), mode)
                os.fsync(file.fileno())
            os.replace(temporary, path)
        except BaseException:
            os.remove(temporary)
            raise
        if posix:
            os.fsync(opened)
    finally:
        if posix:
            os.close(opened)
    return as_asked


def set_mode(new, mode):
    """Sets the mode; only that of the owner, if the list cannot be removed."""
    as_asked = True
    try:
        if hasattr(os, "listxattr") and ACL in os.listxattr(new):
            os.removexattr(new, ACL)
    except OSError:
        as_asked = False
    if hasattr(os, "fchmod"):
        os.fchmod(new, mode & (0o777 if as_asked else 0o700))
    return as_asked


def keep_rights(path, new):
    if not hasattr(os, "listxattr"):
        set_mode(new, 0o600)
        return os.name != "posix"  # Windows lets the folder decide
    # Somebody may just have put a link or a pipe in its place.
    flags = os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        old = os.open(path, os.O_RDONLY | flags)
    except OSError:
        os.fchmod(new, 0o600)
        return False
    try:
        about = os.fstat(old)
        as_asked = stat.S_ISREG(about.st_mode)
        try:
            os.fchown(new, about.st_uid, about.st_gid)
            if ACL in os.listxattr(new):
                os.removexattr(new, ACL)
            # A list may take away the right to set the others: it is last.
            for name in sorted(os.listxattr(old), key=ACL.__eq__):
                if name.startswith(("system.", "user.")):
                    os.setxattr(new, name, os.getxattr(old, name))
        except OSError:
            as_asked = False
        os.fchmod(new, about.st_mode & (0o777 if as_asked else 0o700))
    finally:
        os.close(old)
    return as_asked


def mapped(path):
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


if __name__ == "__main__":
    path = "text.txt"
    replace(path, b"Lorem ipsum", 0o640)
    old = mapped(path)
    replace(path, b"Dolor sit amet.", 0o600, keep=True)
    new = mapped(path)
    mode = os.stat(path).st_mode & 0o777
    print("old:", old[:].decode())
    print(f"new: {new[:].decode()}, for {mode:o}")
    old.close()
    new.close()
    os.remove(path)
    try:
        replace("/dev/null", b"", 0o600)
    except OSError as error:
        print("/dev/null:", error)
