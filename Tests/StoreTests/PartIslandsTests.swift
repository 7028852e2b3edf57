import Foundation
import Records
import TestSupport
import Testing

@testable import Store

/// Parts with pieces beyond their first hole.
@Suite struct PartIslandsTests {
    private static let mebibyte = 1 << 20
    private let folder: TemporaryFolder
    private let output: OutputFolder

    init() throws {
        folder = try TemporaryFolder()
        output = try OutputFolder(folder.file("out").path)
        // Parts in folders that this run has not made are looked for.
        try folder.write("", to: "out/c/other")
    }

    private func part(boot: String = "boot") throws -> PartFile {
        try output.part(for: try RelativePath("c/1.mp4"), bootID: boot)
    }

    /// A part of 1 MiB of ones, and a piece of 2 MiB from 4 MiB on, of twos.
    private func begun() throws -> PartFile {
        let part = try part()
        try part.note(validator: "\"v\"", total: 8 << 20, bootID: "boot")
        try [UInt8](repeating: 1, count: Self.mebibyte).withUnsafeBytes { try part.append($0) }
        try part.save()
        try #require(part.openIsland(at: 4 << 20))
        try [UInt8](repeating: 2, count: 2 * Self.mebibyte).withUnsafeBytes {
            try part.write($0, toIslandAt: 4 << 20)
        }
        return part
    }

    @Test("a piece is not counted as read before what lies between has come, and joins what comes up to it")
    func joining() throws {
        let part = try begun()
        #expect(part.length == 1 << 20 && part.held == 3 << 20)
        try part.joinIslands { _ in true }
        #expect(part.length == 1 << 20)
        try [UInt8](repeating: 3, count: 3 * Self.mebibyte).withUnsafeBytes { try part.append($0) }
        try part.joinIslands { _ in false }
        #expect(part.length == 4 << 20)
        try part.joinIslands { _ in true }
        #expect(part.length == 6 << 20 && part.islands.isEmpty)
        #expect(try Data(contentsOf: folder.file("out/c/1.mp4.part")).count == 6 << 20)
    }

    @Test("the next run goes on with both, and with neither after a reboot")
    func resumed() throws {
        try begun().leave(startsOver: false)
        do {
            let again = try part()
            #expect(again.length == 1 << 20 && again.islands == [4 << 20..<6 << 20] && again.validator == "\"v\"")
            again.leave(startsOver: false)
        }
        let rebooted = try part(boot: "another")
        #expect(rebooted.length == 0 && rebooted.islands.isEmpty && rebooted.validator == nil)
    }

    @Test("what was written after the note is not taken for whole: it is cut off, and the hole before is known")
    func unnoted() throws {
        var part: PartFile? = try begun()
        // As kill -9 leaves it: the note is the one from before the first byte of the piece.
        part = nil
        #expect(part == nil)
        let again = try self.part()
        #expect(again.length == 1 << 20 && again.islands.isEmpty)
        #expect(try Data(contentsOf: folder.file("out/c/1.mp4.part")).count == 1 << 20)
    }

    @Test("a note that the file cannot have, or of another form, is none")
    func notes() {
        let note = PartNote(validator: "\"a b\"", length: 10, islands: [20..<30, 30..<40])
        #expect(note.text("boot") == "ranges:0-10,20-30,30-40 boot \"a b\"")
        #expect(PartNote(note.text("boot"), "boot", size: 40) == note)
        #expect(PartNote(note.text("boot"), "boot", size: 39) == nil)
        #expect(PartNote(note.text("boot"), "other", size: 40) == nil)
        let plain = PartNote(validator: "\"a\"", length: nil, islands: [])
        #expect(PartNote("boot \"a\"", "boot", size: 40) == plain && plain.text("boot") == "boot \"a\"")
        for text in [
            "", "boot", "ranges:", "ranges: boot \"a\"", "ranges:5-10 boot \"a\"", "ranges:0-10,5-20 boot \"a\"",
            "ranges:0-10,30-20 boot \"a\"", "ranges:0-x boot \"a\"", "ranges:0-10", "ranges:0-10,-5 boot \"a\"",
        ] {
            #expect(PartNote(text, "boot", size: 40) == nil, "\(text)")
        }
    }
}
