import ArgumentParser
import Catalog
import ToolSupport

/// How records are made.
struct RecordOptions: ParsableArguments {
    @Option(help: "Name of the object at the origin: 'folder', 'full-path', 'segment-id', or a text with {fields}.")
    var keyTemplate = KeyTemplate.Rule.folder.rawValue

    @Option(help: "Where the file goes, below the output folder.")
    var pathTemplate = "truefire-courses/{course_id}/{segment_id}.mp4"

    @Option(help: "Other paths that count as this file; may be repeated, an empty one turns them off.")
    var aliasTemplate = ["truefire-courses/{course_id}/segment-{segment_id}.mp4"]

    func rules() throws(ToolFailure) -> RecordRules {
        RecordRules(
            key: try parse("key-template", keyTemplate, KeyTemplate.init),
            path: try parse("path-template", pathTemplate, PathTemplate.init),
            aliases: try aliasTemplates())
    }

    private func aliasTemplates() throws(ToolFailure) -> [PathTemplate] {
        var templates: [PathTemplate] = []
        for text in aliasTemplate where !text.isEmpty {
            templates.append(try parse("alias-template", text, PathTemplate.init))
        }
        return templates
    }

    private func parse<Value>(
        _ option: String, _ text: String, _ make: (String) throws(TemplateError) -> Value
    ) throws(ToolFailure) -> Value {
        do throws(TemplateError) { return try make(text) } catch { throw .usage("--\(option): \(error)") }
    }
}

/// Which segments are wanted.
struct SelectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only this course; may be repeated.", valueName: "id"))
    var course: [Int64] = []

    @Option(help: ArgumentHelp("At most so many.", valueName: "n"))
    var limit: Int?

    @Flag(help: "The first course that has a video only; with --course, its first segment only.")
    var test = false

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("'--limit \(limit)' is below 0") }
    }

    var selection: Selection { Selection(courses: Set(course), limit: limit, isTest: test) }
}
