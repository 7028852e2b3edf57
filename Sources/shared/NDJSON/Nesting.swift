package import Records

extension LineBuffer {
    /// An object inside the line's own; `fields` adds what stands in it.
    package mutating func add(object name: some FieldName, _ fields: (inout LineBuffer) -> Void) {
        begin(nested: name)
        addObject(fields)
    }

    /// An array of objects; `fields` adds what stands in the one for an element.
    package mutating func add<Element>(
        objects name: some FieldName, of elements: some Sequence<Element>,
        _ fields: (inout LineBuffer, Element) -> Void
    ) {
        begin(nested: name)
        append("[")
        var isFirst = true
        for element in elements {
            if !isFirst { append(",") }
            isFirst = false
            addObject { fields(&$0, element) }
        }
        append("]")
    }

    private mutating func addObject(_ fields: (inout LineBuffer) -> Void) {
        open()
        fields(&self)
        append("}")
    }

    private mutating func begin(nested name: some FieldName) {
        separate()
        quote(name.name)
        append(":")
    }
}
