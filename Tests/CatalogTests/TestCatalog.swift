import Catalog
import Foundation
import NDJSON
import POSIX
import SQLite
import TestSupport

/// A small database in the old system's tables.
final class TestDatabase {
    let folder: TemporaryFolder
    let database: Database
    var path: String { folder.file("database.sqlite").path }

    /// - Parameter segmentID: how the segments' id is declared.
    init(segmentID: String = "integer primary key") throws {
        folder = try TemporaryFolder()
        database = try Database(path: folder.file("database.sqlite").path, .writing)
        try database.execute(
            """
            CREATE TABLE local_truefire_courses (id integer primary key, title text, long_description text);
            CREATE TABLE local_truefire_channels (id integer primary key, courseid integer, title text);
            CREATE TABLE local_truefire_segments (id \(segmentID), channel_id, item_order, name, video, runtime);
            """)
    }

    func course(_ id: Int64, title: Statement.Value = .null, channels: Int64...) throws {
        try insert("courses VALUES (?, ?, 'long')", .integer(id), title)
        for channel in channels {
            try insert("channels VALUES (?, ?, ?)", .integer(channel), .integer(id), .text("Chapter \(channel)"))
        }
    }

    func segment(
        _ id: Int64, channel: Statement.Value, order: Statement.Value = .integer(1), name: Statement.Value = .text("x"),
        video: Statement.Value = .text("mp4:Folder/Sub/Name"), runtime: Statement.Value = .integer(60)
    ) throws {
        try insert("segments VALUES (?, ?, ?, ?, ?, ?)", .integer(id), channel, order, name, video, runtime)
    }

    private func insert(_ what: String, _ values: Statement.Value...) throws {
        let statement = try database.prepare("INSERT INTO local_truefire_" + what)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        _ = try statement.step()
    }
}

/// What became of a catalogue.
struct CatalogRun {
    var lines: [String] = []
    var messages: [String] = []
    var isClean = true

    /// The values of one field, as they are printed in Swift; `-` where it is absent.
    func values(_ field: String) throws -> [String] {
        try lines.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?[field].map { "\($0)" } ?? "-"
        }
    }
}

let defaultRules = RecordRules(
    key: try! KeyTemplate("folder"), path: try! PathTemplate("truefire-courses/{course_id}/{segment_id}.mp4"),
    aliases: [try! PathTemplate("truefire-courses/{course_id}/segment-{segment_id}.mp4")])

/// The default rules, with another template for the path and no aliases.
func rules(path: String, key: String = "folder") throws -> RecordRules {
    RecordRules(key: try KeyTemplate(key), path: try PathTemplate(path), aliases: [])
}

/// Runs a catalogue over a file.
func catalog(
    _ path: String, _ rules: RecordRules = defaultRules, _ selection: Selection = Selection(),
    reading: ReadOptions? = nil
) throws -> CatalogRun {
    let folder = try TemporaryFolder()
    let target = try folder.write("", to: "output")
    let messages = Messages()
    var run = CatalogRun()
    let handle = try FileHandle(forWritingTo: target)
    var catalog = CatalogMaker(
        try CatalogInput.file(path).source(reading ?? ReadOptions(courses: selection.courses)), rules, selection,
        say: messages.add)
    var output = LineOutput(handle.fileDescriptor)
    try catalog.write(to: &output)
    run.lines = String(decoding: try folder.read("output"), as: UTF8.self).split(separator: "\n").map(String.init)
    run.messages = messages.all.map { $0.replacingOccurrences(of: path, with: "FILE") }
    run.isClean = catalog.isClean
    return run
}

/// Runs a catalogue over a text with names of its own.
func catalog(text: String, _ names: ColumnNames) throws -> CatalogRun {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
        try catalog(try folder.write(text, to: "input").path, reading: ReadOptions(names: names))
    }
}

/// Runs a catalogue over a text.
func catalog(
    text: String, _ rules: RecordRules = defaultRules, _ selection: Selection = Selection()
) throws -> CatalogRun {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) {
        try catalog(try folder.write(text, to: "input").path, rules, selection)
    }
}

/// Counts a catalogue of a text or a file.
func plan(_ path: String, _ selection: Selection = Selection()) throws -> Plan {
    var catalog = CatalogMaker(
        try CatalogInput.file(path).source(ReadOptions(courses: selection.courses)), defaultRules, selection,
        say: { _ in })
    return try catalog.plan()
}

/// Lists the courses of a file: id, title, segments, segments without video.
func courses(_ path: String, _ selection: Selection = Selection()) throws -> [String] {
    var catalog = CatalogMaker(
        try CatalogInput.file(path).source(ReadOptions(courses: selection.courses)), defaultRules, selection,
        say: { _ in })
    return try catalog.courseList().map { course in
        var buffer = LineBuffer()
        course.write(to: &buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }
}

/// What was said.
final class Messages {
    private(set) var all: [String] = []

    func add(_ message: String) { all.append(message) }
}
