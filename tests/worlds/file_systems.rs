//! File systems other than that of the machine.

/// A file system on which all proofs run: it holds their folder for temporary files. If a proof
/// fails on it, the comment of the proof names it.
pub(crate) struct FileSystem {
    pub(crate) name: &'static str,
    /// The type in `/proc/self/mounts`.
    kind: &'static str,
    /// The shell commands that mount it on `$TMPDIR`, an empty folder, in a new mount namespace. If
    /// this is `None`, `/dev/shm` is used, which has this type.
    pub(crate) mount: Option<&'static str>,
}

impl FileSystem {
    /// Returns a shell script that runs its arguments on the file system, in a folder with
    /// `lorem.txt`.
    pub(crate) fn script(&self) -> String {
        let kind = self.kind;
        match self.mount {
            None => format!("grep -q ' /dev/shm {kind} ' /proc/self/mounts && exec \"$@\""),
            Some(mount) => format!(
                "{{
                     {mount}
                     cd \"$TMPDIR\"
                     grep -q \" $(pwd -P) {kind} \" /proc/self/mounts
                     test -f lorem.txt || cp \"$OLDPWD/lorem.txt\" .
                 }} >&2
                 exec \"$@\""
            ),
        }
    }
}

pub(crate) const FILE_SYSTEMS: &[FileSystem] = &[
    FileSystem {
        name: "tmpfs",
        kind: "tmpfs",
        mount: None,
    },
    FileSystem {
        name: "tmpfs_of_16_pages",
        kind: "tmpfs",
        mount: Some("mount -t tmpfs -o nr_blocks=16 tmpfs \"$TMPDIR\""),
    },
    FileSystem {
        name: "tmpfs_with_huge_pages",
        kind: "tmpfs",
        mount: Some(
            "grep -s '[[]deny' /sys/kernel/mm/transparent_hugepage/shmem_enabled && exit 1
             mount -t tmpfs -o huge=always,size=256m tmpfs \"$TMPDIR\"",
        ),
    },
    FileSystem {
        name: "overlayfs",
        kind: "overlay",
        mount: Some(
            "mount -t tmpfs tmpfs layers
             mkdir layers/lower layers/upper layers/work
             cp lorem.txt layers/lower
             layers=lowerdir=layers/lower,upperdir=layers/upper,workdir=layers/work
             mount -t overlay -o $layers overlay \"$TMPDIR\"",
        ),
    },
    FileSystem {
        name: "ext4",
        kind: "ext4",
        mount: Some(
            "truncate -s 512M layers/image
             PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q layers/image
             mount -o loop layers/image \"$TMPDIR\"",
        ),
    },
    FileSystem {
        name: "xfs",
        kind: "xfs",
        mount: Some(
            "truncate -s 512M layers/image
             PATH=$PATH:/usr/sbin:/sbin mkfs.xfs -q layers/image
             mount -o loop layers/image \"$TMPDIR\"",
        ),
    },
    FileSystem {
        name: "btrfs",
        kind: "btrfs",
        mount: Some(
            "truncate -s 512M layers/image
             PATH=$PATH:/usr/sbin:/sbin mkfs.btrfs -q layers/image
             mount -o loop layers/image \"$TMPDIR\"",
        ),
    },
];
