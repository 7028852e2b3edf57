/// How rows become records.
package struct RecordRules: Sendable {
    package let key: KeyTemplate
    package let path: PathTemplate
    package let aliases: [PathTemplate]
    package let url: URLTemplate?
    /// The path of an object that belongs to no course and segment, as in a listing; nil: made as any other's.
    package let objectPath: PathTemplate?

    package init(
        key: KeyTemplate, path: PathTemplate, aliases: [PathTemplate], url: URLTemplate? = nil,
        objectPath: PathTemplate? = nil
    ) {
        self.key = key
        self.path = path
        self.aliases = aliases.enumerated().filter { !aliases[..<$0.offset].contains($0.element) }.map(\.element)
        self.url = url
        self.objectPath = objectPath
    }
}
