internal import Glibc
package import POSIX
package import Records

/// Whose fault a failed system call below the output folder is, by its error number and by what was asked for: one
/// table, with every number that Linux has, since a file system in user space or over a network may answer any of them.
///
/// Sources: the ERRORS of open(2), mkdir(2), write(2), ftruncate(2), rename(2), fsync(2), syncfs(2), statvfs(3),
/// flock(2), fsetxattr(2), utimensat(2); errno(3); and what ext4, XFS, Btrfs, exFAT, NTFS, NFS, SMB and FUSE give
/// beyond them.
package struct DiskFault: Equatable, Sendable {
    /// What was asked for when it failed.
    package enum Place: CaseIterable, Sendable {
        /// To open or make a folder.
        case folder
        /// To make an entry in a folder, or to rename it there.
        case newEntry
        /// To open or look at an entry that is there.
        case entry
        /// To read, write or cut an open file.
        case bytes
        /// To sync the file system.
        case fileSystem
    }

    package let owner: FaultOwner
    package let code: ErrorCode

    /// What an error number speaks against.
    enum Meaning: CaseIterable, Sendable {
        /// Somebody may not do this here: others may, or he elsewhere.
        case refused
        /// The whole file system takes no writing.
        case readOnly
        /// The folder is gone.
        case gone
        /// The name cannot be used: too long, not of this file system's characters, or something else has it.
        case name
        /// One file cannot be as large.
        case size
        case full
        /// The device, or the server behind it, failed or is not there.
        case device
        /// This process or this machine has too few descriptors, or too little memory.
        case resources
        /// What no file system should answer: one in user space, or the network beneath one, handed it on.
        case odd
    }

    static let meanings: [(Meaning, [CInt])] = [
        (.refused, [EPERM, EACCES, EXDEV, EMLINK, ENOKEY]),
        (.readOnly, [EROFS]),
        (.gone, [ENOENT]),
        (.name, [EINVAL, ENAMETOOLONG, EILSEQ, ELOOP, ENOTDIR, EISDIR, EEXIST, ENOTEMPTY, EBUSY, ETXTBSY, ENOTUNIQ]),
        (.size, [EFBIG, EOVERFLOW]),
        (.full, [ENOSPC, EDQUOT]),
        // EBADMSG and EUCLEAN are a wrong checksum and a broken structure of ext4, XFS and Btrfs; ENOTCONN a FUSE
        // process that has died; ESTALE and what speaks of hosts an NFS or SMB server; EKEYEXPIRED and its like a
        // ticket of Kerberos; EUSERS a table of quotas that has no room; ENOMEDIUM a stick that was pulled out.
        (.device, [EIO, ENXIO, ENODEV, ENOTBLK, ENOMEDIUM, EMEDIUMTYPE, EBADMSG, EUCLEAN, ESTALE, EREMOTEIO, EUSERS]),
        (.device, [ENOTCONN, ESHUTDOWN, EHOSTDOWN, EHOSTUNREACH, ENETDOWN, ENETUNREACH, ENETRESET, ENONET, ENOLINK]),
        (.device, [ETIMEDOUT, ECONNREFUSED, ECONNRESET, ECONNABORTED, EPIPE, ECOMM, EPROTO, EREMOTE, ETIME]),
        (.device, [EKEYEXPIRED, EKEYREVOKED, EKEYREJECTED]),
        (.resources, [EMFILE, ENFILE, ENOMEM, EAGAIN, ENOLCK, ENOBUFS, ENOSR, ERFKILL, EINTR, ERESTART, EDEADLK]),
        (.odd, [ENOSYS, EOPNOTSUPP, ENOTTY, ENODATA, ESPIPE, ECANCELED, EBADF, EFAULT, E2BIG, ENOEXEC, ESRCH, ECHILD]),
        (.odd, [EDOM, ERANGE, ENOMSG, EIDRM, ECHRNG, EL2NSYNC, EL3HLT, EL3RST, ELNRNG, EUNATCH, ENOCSI, EL2HLT]),
        (.odd, [EBADE, EBADR, EXFULL, ENOANO, EBADRQC, EBADSLT, EBFONT, ENOSTR, ENOPKG, EADV, ESRMNT, EMULTIHOP]),
        (.odd, [EDOTDOT, EBADFD, EREMCHG, ELIBACC, ELIBBAD, ELIBSCN, ELIBMAX, ELIBEXEC, ESTRPIPE, ENOTSOCK]),
        (.odd, [EDESTADDRREQ, EMSGSIZE, EPROTOTYPE, ENOPROTOOPT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EPFNOSUPPORT]),
        (.odd, [EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, EISCONN, ETOOMANYREFS, EALREADY, EINPROGRESS, ENOTNAM]),
        (.odd, [ENAVAIL, EISNAM, EOWNERDEAD, ENOTRECOVERABLE, EHWPOISON]),
    ]

    /// By error number; a number that Linux gets some day is odd.
    private static let meaningOfCode: [Meaning] = meanings.reduce(into: Array(repeating: .odd, count: 256)) {
        table, row in
        for code in row.1 { table[Int(code)] = row.0 }
    }

    static func meaning(_ code: CInt) -> Meaning {
        meaningOfCode.indices.contains(Int(code)) ? meaningOfCode[Int(code)] : .odd
    }

    /// Whether the file system, or the kernel, does not know such a call at all: then another one will not help, and it
    /// is done without.
    static func isUnsupported(_ code: CInt) -> Bool { [ENOSYS, EOPNOTSUPP, EINVAL, ENOTTY, ENOLCK].contains(code) }

    /// - Parameter isRootWritable: whether the output folder itself is not on a file system that is mounted read-only.
    package init(_ code: CInt, at place: Place, isRootWritable: Bool = false) {
        (owner, self.code) =
            switch (Self.meaning(code), place) {
            case (.refused, .entry): (.record, .noAccess)
            case (.refused, _): (.folder, .noAccess)
            case (.readOnly, _): isRootWritable ? (.folder, .noAccess) : (.disk, .ioError)
            case (.gone, .entry): (.record, .ioError)
            case (.gone, _): (.folder, .ioError)
            case (.name, .folder): (.folder, .unsafePath)
            case (.name, .newEntry), (.name, .entry): (.record, .unsafePath)
            case (.name, .bytes), (.name, .fileSystem): (.disk, .ioError)
            case (.size, _): (.record, .fileTooLarge)
            case (.full, _): (.disk, .diskFull)
            case (.device, _), (.odd, _): (.disk, .ioError)
            case (.resources, _): (.process, .noResources)
            }
    }
}

extension TryError {
    /// What a failed system call on the output folder means for the record.
    ///
    /// - Parameter lacksInodes: whether a disk that is full has room, but no inode for a further file.
    package init(
        disk error: SystemError, at place: DiskFault.Place = .bytes, isRootWritable: Bool = false,
        lacksInodes: Bool = false
    ) {
        let fault = DiskFault(error.code, at: place, isRootWritable: isRootWritable)
        self.init(
            fault.code, "\(error)\(Self.hint(error.code, fault, lacksInodes))", owner: fault.owner,
            countsAsAttempt: false, startsOver: fault.code == .fileTooLarge)
    }

    private static func hint(_ code: CInt, _ fault: DiskFault, _ lacksInodes: Bool) -> String {
        switch fault.code {
        case .diskFull where lacksInodes: ": no inodes are left: remove files"
        case .unsafePath where code == ELOOP || code == ENOTDIR: ": a link or a file is in a folder's place"
        case .unsafePath where code == EINVAL || code == EILSEQ: ": the file system does not take such a name"
        case .fileTooLarge: ": the file system, or a limit of this process, allows no file of this size"
        case .noResources where code == EMFILE: ": use fewer transfers (-j), or raise the limit of open files"
        default: ""
        }
    }
}
