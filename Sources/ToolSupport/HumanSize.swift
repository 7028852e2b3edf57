/// Sizes as people read them.
package enum HumanSize {
    /// `512 B`, `1.5 KiB`, `50.0 MiB`: powers of 1,024, with one decimal.
    package static func text(_ bytes: Int64) -> String {
        if bytes < 1024 { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = "B"
        for larger in ["KiB", "MiB", "GiB", "TiB", "PiB"] where value >= 1024 {
            value /= 1024
            unit = larger
        }
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}
