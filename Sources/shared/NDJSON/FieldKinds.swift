package import Records

/// Which kind of value is expected in which field.
package struct FieldKinds<Name: FieldName>: ExpressibleByDictionaryLiteral, Sendable {
    /// By raw value of the name; nil where any kind will do.
    let byNumber: [JSONKind?]

    package init(dictionaryLiteral kinds: (Name, JSONKind)...) {
        var byNumber = [JSONKind?](repeating: nil, count: Name.names.count)
        for (name, kind) in kinds { byNumber[Int(name.rawValue)] = kind }
        self.byNumber = byNumber
    }

    package subscript(name: Name) -> JSONKind? { byNumber[Int(name.rawValue)] }
}
