import Foundation
import TestSupport
import Testing

/// Files that a new catalogue gives other paths, by tf-files: a plan, the renames, and the lines for the journal.
@Suite struct MoverTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Files with their names as content, a catalogue by which they were fetched, and results that say so.
    private func fetched(_ paths: [String: Int]) throws {
        for path in paths.keys { try folder.write(path, to: "out/\(path)") }
        try write(paths.mapValues { $0 }, to: "old", "")
        try write(paths, to: "results", #","status":"success","bytes":0,"etag":"\"e\"","finished_at":1700000000"#)
    }

    private func write(_ paths: [String: Int], to name: String, _ more: String) throws {
        let lines = try paths.map { path, segment in
            let text = String(decoding: try JSONEncoder().encode(path), as: UTF8.self)
            return #"{"segment_id":\#(segment),"key":"k\#(segment)","path":\#(text)\#(more)}"#
        }
        try folder.write(lines.sorted().joined(separator: "\n") + "\n", to: name)
    }

    private func plan(_ arguments: String...) throws -> CommandRun {
        let run = try CommandRun.tool(
            "tf-files", ["--moves", "-o", "out"] + arguments, directory: folder.url)
        try folder.write(run.output, to: "plan")
        return run
    }

    private func move() throws -> CommandRun {
        let run = try CommandRun.tool("tf-files", ["--move", "plan", "-o", "out"], directory: folder.url)
        try folder.write(run.output, to: "lines")
        return run
    }

    /// What is in each file below the folder.
    private func files() throws -> [String: String] {
        let root = folder.file("out")
        var found: [String: String] = [:]
        for case let url as URL in FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) ?? .init()
        {
            let path = String(url.path.dropFirst(root.path.count + 1))
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else { continue }
            found[path + (isFolder.boolValue ? "/" : "")] =
                isFolder.boolValue ? "" : try String(contentsOf: url, encoding: .utf8)
        }
        return found
    }

    /// The paths that the journal says are there, with the lines of a move behind the results.
    private func there(_ catalog: String) throws -> [String] {
        let run = try CommandRun.shell(
            "cat results lines >both; tf-queue --state success --state skipped \(catalog) both | jq -r .path | sort",
            directory: folder.url)
        return run.lines
    }

    @Test("a file goes to the new path of its segment, and the journal says it is there and was fetched as before")
    func simple() throws {
        try fetched(["a/1.mp4": 1, "a/b/2.mp4": 2])
        try write(["c/d/one.mp4": 1, "a/b/2.mp4": 2], to: "new", "")
        #expect(try plan("--old-catalog", "old", "new", "results").status == 0)
        #expect(try move().status == 0)
        #expect(
            try files() == [
                "a/": "", "a/b/": "", "a/b/2.mp4": "a/b/2.mp4", "c/": "", "c/d/": "", "c/d/one.mp4": "a/1.mp4",
            ])
        #expect(try there("new") == ["a/b/2.mp4", "c/d/one.mp4"])
        #expect(try there("old") == ["a/b/2.mp4"])
        let lines = try String(contentsOf: folder.file("lines"), encoding: .utf8)
        #expect(lines.contains(#""etag":"\"e\"","moved_from":"a/1.mp4""#))
        #expect(try plan("--old-catalog", "new", "new", "both").output.isEmpty)
    }

    @Test("the results alone tell where a file is")
    func resultsAlone() throws {
        try fetched(["a/1.mp4": 1])
        try write(["b/1.mp4": 1], to: "new", "")
        #expect(try plan("new", "results").lines.count == 1)
        #expect(try plan("new").output.isEmpty)
        #expect(try plan("--old-catalog", "old", "new").lines.count == 1)
    }

    @Test("files that take each other's names, in a ring and in a row, all get them, and empty folders go")
    func rings() throws {
        try fetched(["a/1": 1, "b/2": 2, "c/3": 3, "d/4": 4, "d/5": 5, "e/6": 6])
        try write(["b/2": 1, "c/3": 2, "a/1": 3, "d/5": 4, "e/6": 5, "f/6": 6], to: "new", "")
        #expect(try plan("new", "results").lines.count == 6)
        #expect(try move().status == 0)
        #expect(
            try files() == [
                "a/": "", "b/": "", "c/": "", "d/": "", "e/": "", "f/": "", "b/2": "a/1", "c/3": "b/2", "a/1": "c/3",
                "d/5": "d/4", "e/6": "d/5", "f/6": "e/6",
            ])
        #expect(try there("new").count == 6)
        #expect(try plan("--old-catalog", "old", "new", "both").output.isEmpty)
    }

    @Test("a move that was stopped at any moment is completed by the same plan", arguments: 0..<12)
    func stopped(moment: Int) throws {
        try fetched(["a/1": 1, "a/2": 2, "a/3": 3, "a/4": 4])
        try write(["a/2": 1, "a/1": 2, "b/3": 3, "a/3": 4], to: "new", "")
        #expect(try plan("new", "results").lines.count == 4)
        // Each rename of this move is one call of renameat2.
        _ = try CommandRun.shell(
            """
            strace -f -e trace=renameat2,unlinkat -e inject=renameat2,unlinkat:signal=KILL:when=\(moment / 2 + 1)\
            \(moment % 2 == 0 ? "" : ":error=EIO") -o /dev/null tf-files --move plan -o out
            """, directory: folder.url)
        #expect(try move().status == 0)
        #expect(
            try files() == ["a/": "", "b/": "", "a/2": "a/1", "a/1": "a/2", "b/3": "a/3", "a/3": "a/4"])
        #expect(try there("new").count == 4)
        // Once more changes nothing.
        #expect(try move().status == 0)
        #expect(try there("new").count == 4)
        #expect(try files().count == 6)
    }

    @Test("nothing is replaced: a file whose new place is taken stays, with those that wait for its place")
    func taken() throws {
        try fetched(["a/1": 1, "a/2": 2, "a/3": 3])
        try folder.write("mine", to: "out/b/1")
        try write(["b/1": 1, "a/1": 2, "b/3": 3], to: "new", "")
        let run = try plan("new", "results")
        #expect(run.status == 1)
        #expect(run.errors.contains("'a/1': 'b/1' is there already: it is left where it is"))
        #expect(run.errors.contains("'a/2': 'a/1' is there already: it is left where it is"))
        #expect(run.errors.hasSuffix("1 files to be renamed, 2 left as they are\n"))
        #expect(try move().status == 0)
        #expect(try files()["b/1"] == "mine" && files()["a/1"] == "a/1" && files()["b/3"] == "a/3")
        // Taken after the plan was made.
        try write(["c/3": 3], to: "new", "")
        #expect(try plan("new", "both").output.isEmpty)
        _ = try there("new")
        #expect(try plan("new", "both").lines.count == 1)
        try folder.write("mine", to: "out/c/3")
        let late = try move()
        #expect(late.status == 1 && late.output.isEmpty)
        #expect(late.errors.contains("'b/3': 'c/3' is there already: it is left where it is"))
    }

    @Test("a file that cannot have its old name again is named by the one that it has")
    func stuck() throws {
        try fetched(["a/1": 1, "a/2": 2])
        try write(["a/2": 1, "a/1": 2], to: "new", "")
        #expect(try plan("new", "results").lines.count == 2)
        // A move that was stopped in the middle, before someone took the name that was free.
        let manager = FileManager.default
        try manager.moveItem(at: folder.file("out/a/1"), to: folder.file("out/a/.tf-move-0"))
        try manager.moveItem(at: folder.file("out/a/2"), to: folder.file("out/a/1"))
        try folder.write("mine", to: "out/a/2")
        let run = try move()
        #expect(run.status == 1)
        #expect(run.errors.contains("'a/1': 'a/2' is there already: it is now '.tf-move-0' in its old folder"))
        #expect(try files()["a/.tf-move-0"] == "a/1" && files()["a/2"] == "mine")
    }

    @Test("two files of one segment are told apart by the key, or neither is moved")
    func ambiguous() throws {
        try fetched(["a/1": 1, "a/2": 2])
        try folder.write("again", to: "out/x/1")
        let journal = try String(contentsOf: folder.file("results"), encoding: .utf8)
        let other = #"{"segment_id":1,"key":"other","path":"x/1","status":"success","finished_at":1700000001}"#
        try folder.write(journal + other + "\n", to: "results")
        try write(["b/1": 1, "b/2": 2], to: "new", "")
        #expect(try plan("new", "results").lines.count == 2)
        try folder.write(journal + other.replacing("other", with: "k1") + "\n", to: "results")
        let run = try plan("new", "results")
        #expect(run.status == 1 && run.lines.count == 1)
        #expect(run.errors.contains("'b/1': it may be 'a/1' and 'x/1': neither is moved, remove the wrong one"))
    }

    @Test("names with line ends, names that differ in case or in how letters are composed, and the longest names work")
    func names() throws {
        let long = String(repeating: "x", count: 251)
        try fetched(["a\nb/1": 1, "a/Two": 2, "a/e\u{301}": 3, "a/4": 4])
        try write(["c\n/1": 1, "a/two": 2, "a/\u{e9}": 3, "a/\(long).mp4": 4], to: "new", "")
        #expect(try plan("new", "results").lines.count == 4)
        #expect(try move().status == 0)
        let found = try files()
        #expect(found["c\n/1"] == "a\nb/1" && found["a/two"] == "a/Two" && found["a/\(long).mp4"] == "a/4")
        #expect(found["a\nb/"] == nil)
        try write(["a/\(long)x.mp4": 4], to: "new", "")
        _ = try there("new")
        let run = try plan("new", "both")
        #expect(run.status == 1 && run.errors.contains("nothing is moved to it"))
    }

    @Test("files that are one under several names lose none of them")
    func hardLinks() throws {
        try fetched(["a/1": 1, "a/2": 2, "a/3": 3])
        for name in ["a/2", "a/3"] {
            try FileManager.default.removeItem(at: folder.file("out/\(name)"))
            try FileManager.default.linkItem(at: folder.file("out/a/1"), to: folder.file("out/\(name)"))
        }
        try write(["a/2": 1, "a/1": 2, "b/3": 3], to: "new", "")
        #expect(try plan("new", "results").lines.count == 3)
        for _ in 0..<2 {
            #expect(try move().status == 0)
            #expect(try files() == ["a/": "", "b/": "", "a/1": "a/1", "a/2": "a/1", "b/3": "a/1"])
        }
    }

    @Test("a part goes with its record, and links are not followed")
    func partsAndLinks() throws {
        try write(["a/1.mp4": 1, "link/2.mp4": 2], to: "old", "")
        try folder.write("some", to: "out/a/1.mp4.part")
        try folder.write("two", to: "elsewhere/2.mp4")
        try FileManager.default.createSymbolicLink(
            at: folder.file("out/link"), withDestinationURL: folder.file("elsewhere"))
        try write(["b/1.mp4": 1, "b/2.mp4": 2], to: "new", "")
        #expect(try plan("--old-catalog", "old", "new").status == 1)
        let run = try move()
        #expect(run.status == 0 && run.output.isEmpty)
        #expect(try files()["b/1.mp4.part"] == "some")
        #expect(FileManager.default.fileExists(atPath: folder.file("elsewhere/2.mp4").path))
    }

    @Test("a record that was left out stays so under its new name")
    func dropped() throws {
        try fetched(["a/1": 1])
        let results = try String(contentsOf: folder.file("results"), encoding: .utf8)
        try folder.write(
            results + #"{"path":"a/1","status":"dropped","finished_at":1700000001}"# + "\n", to: "results")
        try write(["b/1": 1], to: "new", "")
        #expect(try plan("new", "results").status == 0)
        #expect(try move().status == 0)
        #expect(try there("new").isEmpty)
        let run = try CommandRun.shell("tf-queue --state dropped new both", directory: folder.url)
        #expect(run.lines.count == 1)
    }

    @Test("a record that was left out and has no file stays left out, unless its new path has a story of its own")
    func droppedWithoutFile() throws {
        try fetched(["a/1": 1])
        try write(["a/1": 1, "a/2": 2, "a/3": 3], to: "old", "")
        let results = try String(contentsOf: folder.file("results"), encoding: .utf8)
        let marks = ["a/2", "a/3"].map { #"{"path":"\#($0)","status":"dropped","finished_at":1700000001}"# }
        let queued = #"{"path":"b/3","status":"queued","finished_at":1700000002}"#
        try folder.write(results + (marks + [queued]).joined(separator: "\n") + "\n", to: "results")
        try write(["b/1": 1, "b/2": 2, "b/3": 3], to: "new", "")
        #expect(try plan("--old-catalog", "old", "new", "results").status == 0)
        for _ in 1...2 {
            #expect(try move().status == 0)
            #expect(try there("new") == ["b/1"])
            let run = try CommandRun.shell("tf-queue --state dropped new both | jq -r .path", directory: folder.url)
            #expect(run.lines == ["b/2"])
        }
        #expect(try files().keys.sorted() == ["b/", "b/1"])
        // What has been done is not planned again.
        #expect(try plan("--old-catalog", "new", "new", "both").output.isEmpty)
    }

    @Test(
        "wrong use is status 2",
        arguments: [
            ["--moves"], ["--move", "p", "c"], ["--moves", "--remove", "c"], ["--old-catalog", "o", "c"],
            ["--set-aside", "d", "c"], ["--strangers", "--at-most", "5%", "c"],
            ["--strangers", "--set-aside", "d", "--at-most", "x", "c"],
        ])
    func usage(arguments: [String]) throws {
        #expect(try CommandRun.tool("tf-files", arguments).status == 2)
    }
}
