/// Header fields in their order.
package struct Headers: Equatable, Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    package init() {}

    /// Sets a field, or takes it away (nil). Names are written the same way everywhere, so they are compared as they are.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    package static func == (left: Headers, right: Headers) -> Bool {
        left.fields.elementsEqual(right.fields, by: ==)
    }
}
