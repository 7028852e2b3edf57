internal import Glibc

/// The process's environment. A variable that is set but empty counts as not set.
package enum Environment {
    package static subscript(_ name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
