import Foundation
import POSIX
import Records
import TestSupport
import Testing

@testable import Store

/// The table of what a failed system call means.
@Suite struct DiskFaultTests {
    /// The numbers that the system's headers define.
    private static let defined: Set<CInt> = {
        let text = ["/usr/include/asm-generic/errno-base.h", "/usr/include/asm-generic/errno.h"]
            .compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }.joined()
        let numbers = text.matches(of: /#define\s+E\w+\s+(\d+)/).compactMap { CInt($0.1) }
        // Without headers: errno(3) has these since Linux 3.1.
        return numbers.isEmpty ? Set(1...133).subtracting([41, 58]) : Set(numbers)
    }()

    @Test("each error number of the system is in the table, once")
    func complete() {
        let listed = DiskFault.meanings.flatMap(\.1)
        #expect(Set(listed).count == listed.count)
        #expect(Self.defined.subtracting(listed).sorted() == [])
        #expect(Self.defined.count > 125)
    }

    @Test("each meaning has an owner at each place, and no fault of the disk is the record's")
    func owners() {
        for (meaning, codes) in DiskFault.meanings {
            for place in DiskFault.Place.allCases {
                let fault = DiskFault(codes[0], at: place)
                #expect([.record, .folder, .disk, .process].contains(fault.owner), "\(meaning) \(place)")
                #expect((fault.owner == .disk) == [.diskFull, .ioError].contains(fault.code) || meaning == .gone)
            }
        }
    }

    typealias Row = (CInt, DiskFault.Place, FaultOwner, ErrorCode)

    @Test(
        "whose fault it is",
        arguments: [
            // ext4, XFS: permissions, chattr +i, a folder that fscrypt has locked, no more subfolders, project quotas.
            (EACCES, .folder, .folder, .noAccess), (EPERM, .newEntry, .folder, .noAccess),
            (ENOKEY, .newEntry, .folder, .noAccess), (EMLINK, .folder, .folder, .noAccess),
            (EXDEV, .newEntry, .folder, .noAccess), (EDQUOT, .bytes, .disk, .diskFull),
            // A part or a file of another user, in a folder of ours.
            (EACCES, .entry, .record, .noAccess),
            // FAT and exFAT: 4 GiB, and names with a colon or a question mark; NTFS, and a code page.
            (EFBIG, .bytes, .record, .fileTooLarge), (EINVAL, .newEntry, .record, .unsafePath),
            (EILSEQ, .newEntry, .record, .unsafePath), (EINVAL, .folder, .folder, .unsafePath),
            // eCryptfs: 143 bytes.
            (ENAMETOOLONG, .newEntry, .record, .unsafePath), (ENAMETOOLONG, .folder, .folder, .unsafePath),
            // Something else bears the name.
            (EISDIR, .newEntry, .record, .unsafePath), (ENOTDIR, .folder, .folder, .unsafePath),
            (ELOOP, .entry, .record, .unsafePath), (ETXTBSY, .entry, .record, .unsafePath),
            (EBUSY, .newEntry, .record, .unsafePath),
            // A broken file system, a broken disk, a stick that was pulled out.
            (EUCLEAN, .folder, .disk, .ioError), (EBADMSG, .bytes, .disk, .ioError), (EIO, .entry, .disk, .ioError),
            (ENODEV, .newEntry, .disk, .ioError), (EROFS, .newEntry, .disk, .ioError),
            (ENOSPC, .folder, .disk, .diskFull),
            // NFS, SMB, FUSE.
            (ESTALE, .newEntry, .disk, .ioError), (EHOSTDOWN, .bytes, .disk, .ioError),
            (ENOTCONN, .folder, .disk, .ioError), (EREMOTEIO, .bytes, .disk, .ioError),
            (EADDRINUSE, .bytes, .disk, .ioError), (EINVAL, .bytes, .disk, .ioError),
            // This process.
            (EMFILE, .newEntry, .process, .noResources), (ENFILE, .folder, .process, .noResources),
            (ENOMEM, .bytes, .process, .noResources),
            // A folder that somebody removed, a file that somebody removed.
            (ENOENT, .newEntry, .folder, .ioError), (ENOENT, .entry, .record, .ioError),
        ] as [Row])
    func owner(row: Row) {
        let trouble = TryError(disk: SystemError("x", code: row.0), at: row.1)
        #expect(trouble.owner == row.2, "\(row)")
        #expect(trouble.code == row.3, "\(row)")
        #expect(!trouble.countsAsAttempt)
    }

    @Test("a file system below that is mounted read-only is one folder; the output folder's own is the disk")
    func readOnly() {
        #expect(DiskFault(EROFS, at: .folder, isRootWritable: true).owner == .folder)
        #expect(DiskFault(EROFS, at: .folder).owner == .disk)
    }

    @Test("an error number that no system has is the disk's", arguments: [0, -1, 134, 255, 256, CInt.max, CInt.min])
    func unheardOf(code: CInt) { #expect(DiskFault(code, at: .bytes).owner == .disk) }
}

/// What refuses costs only what belongs to it, on a disk that is scripted.
@Suite struct RefusingDiskTests {
    private let disk = MemoryDisk()
    private let output: OutputFolder

    init() { output = OutputFolder(disk.start()) }

    /// Writes and publishes a file; returns why not.
    private func fetch(_ path: String, bytes count: Int = 100, total: Int64? = nil) throws -> TryError? {
        do throws(TryError) {
            let part = try output.part(for: try! RelativePath(path), bootID: disk.bootID)
            do throws(TryError) {
                try part.note(validator: "\"v\"", total: total ?? Int64(count), bootID: disk.bootID)
                try [UInt8](repeating: 7, count: count).withUnsafeBufferPointer { bytes throws(TryError) in
                    try part.append(UnsafeRawBufferPointer(bytes))
                }
                try part.save()
                try part.syncFileSystem()
                try part.publish(modified: 1_700_000_000)
            } catch {
                part.leave(startsOver: error.startsOver)
                throw error
            }
            return nil
        } catch { return error }
    }

    @Test("one folder of another user fails its files, is reported once, and no other folder pays")
    func otherUser() throws {
        disk["roots/0.mp4"] = [1]
        disk.refuse(.create, at: "roots", with: EACCES)
        for name in 1...3 {
            let trouble = try #require(try fetch("roots/\(name).mp4"))
            #expect(trouble.owner == .folder)
            #expect(trouble.code == .noAccess)
        }
        #expect(try fetch("ours/1.mp4") == nil)
        #expect(output.takeNotices() == ["folder 'roots': Permission denied: its files fail, and the others go on"])
        #expect(output.takeNotices() == [])
    }

    @Test(
        "a folder that cannot be made, entered or renamed in is that folder's fault as well",
        arguments: [
            MemoryDisk.Operation.makeFolder, .openFolder, .rename,
        ])
    func ways(operation: MemoryDisk.Operation) throws {
        disk.refuse(operation, at: "a/b", with: EPERM)
        let trouble = try #require(try fetch("a/b/1.mp4"))
        #expect(trouble.owner == .folder)
        #expect(try fetch("a/1.mp4") == nil)
    }

    @Test("a full disk that has room but no inodes is said to lack these", arguments: [true, false])
    func inodes(areLacking: Bool) throws {
        disk.toldSpace = FreeSpace(bytes: 5 << 20, lacksInodes: areLacking)
        disk.refuse(.create, with: ENOSPC)
        let trouble = try #require(try fetch("a/1.mp4"))
        #expect(trouble.code == .diskFull)
        #expect(trouble.message.hasSuffix(": no inodes are left: remove files") == areLacking)
    }

    @Test("a file that is too large for the file system fails alone and leaves nothing behind")
    func tooLarge() throws {
        disk.largestFile = 2 << 20
        let trouble = try #require(try fetch("a/1.mp4", bytes: 3 << 20))
        #expect(trouble.code == .fileTooLarge)
        #expect(trouble.owner == .record)
        #expect(disk.files == [])
        #expect(try fetch("a/2.mp4") == nil)
    }

    @Test("where times cannot be set, files come all the same, and it is reported once")
    func times() throws {
        disk.refuse(.setTime, with: EPERM)
        #expect(try fetch("a/1.mp4") == nil)
        #expect(try fetch("a/2.mp4") == nil)
        #expect(disk.files == ["a/1.mp4", "a/2.mp4"])
        let notices = output.takeNotices()
        #expect(notices.count == 1)
        #expect(notices[0].hasSuffix("Operation not permitted: files keep the time of their download"))
    }

    @Test(
        "without attributes a part cannot be continued, and is fetched all the same",
        arguments: [EOPNOTSUPP, ENOSPC, EPERM])
    func attributes(code: CInt) throws {
        disk.refuse(.setAttribute, with: code)
        #expect(try fetch("a/1.mp4", bytes: 2 << 20) == nil)
        #expect(try fetch("a/2.mp4", bytes: 2 << 20) == nil)
        #expect(disk.files == ["a/1.mp4", "a/2.mp4"])
        #expect(output.takeNotices().count == 1)
    }

    @Test("without locks, and without a sync, files come all the same", arguments: [ENOSYS, EOPNOTSUPP, EINVAL])
    func unsupported(code: CInt) throws {
        disk.refuse(.lock, with: code)
        disk.refuse(.sync, with: code)
        #expect(try fetch("a/1.mp4") == nil)
        #expect(try fetch("a/2.mp4") == nil)
        #expect(output.takeNotices().count == 2)
    }

    @Test("a sync that fails is the disk's", arguments: [EIO, ENOSPC, EDQUOT])
    func sync(code: CInt) throws {
        disk.refuse(.sync, with: code)
        #expect(try fetch("a/1.mp4")?.owner == .disk)
        #expect(disk["a/1.mp4"] == nil)
    }

    @Test("a folder whose server was restarted is opened again", arguments: [ESTALE, EIO])
    func stale(code: CInt) throws {
        #expect(try fetch("a/1.mp4") == nil)
        disk.refuse(.create, with: code, times: 1)
        let again = OutputFolder(disk.start())
        _ = try again.folder(of: try RelativePath("a/2.mp4"), making: true)
        #expect(try again.part(for: try RelativePath("a/2.mp4"), bootID: "b").length == 0)
    }

    @Test("a folder that was removed while it was open is made again")
    func removedFolder() throws {
        #expect(try fetch("a/1.mp4") == nil)
        disk.removeFolder("a")
        disk["b/1.mp4"] = [1]
        let again = OutputFolder(disk.start())
        _ = try again.folder(of: try RelativePath("b/2.mp4"), making: true)
        disk.removeFolder("b")
        #expect(try again.part(for: try RelativePath("b/2.mp4"), bootID: "b").length == 0)
        #expect(disk.files == [])
    }

    @Test("too few descriptors are this process's, and the next file may come")
    func descriptors() throws {
        disk.refuse(.create, with: EMFILE, times: 1)
        let trouble = try #require(try fetch("a/1.mp4"))
        #expect(trouble.owner == .process)
        #expect(trouble.code == .noResources)
        #expect(try fetch("a/2.mp4") == nil)
    }

    @Test("a read-only file system mounted below is one folder; where it is the output folder's own, it is the disk")
    func readOnly() throws {
        disk.refuse(.create, with: EROFS)
        #expect(try fetch("usb/1.mp4")?.owner == .folder)
        disk.isReadOnly = true
        #expect(try fetch("a/1.mp4")?.owner == .disk)
    }

    @Test("an existing file that may not be read is its record's")
    func unreadable() throws {
        disk["a/1.mp4"] = [1]
        disk.refuse(.open, at: "a/1.mp4", with: EACCES)
        let path = try RelativePath("a/1.mp4")
        let trouble = #expect(throws: TryError.self) {
            try ExistingFile.find(path, orUnder: [], ExpectedFile(), in: output, Verification())
        }
        #expect(trouble?.owner == .record)
    }
}
