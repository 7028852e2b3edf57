import Catalog
import Testing

@Suite struct PathSetTests {
    @Test("of many paths each is new once")
    func manyPaths() {
        var paths = PathSet()
        var wrong = 0
        for number in 0..<50_000 where !insert("course/\(number).mp4", &paths) { wrong += 1 }
        for number in 0..<50_000 where insert("course/\(number).mp4", &paths) { wrong += 1 }
        #expect(wrong == 0)
    }

    private func insert(_ path: String, _ paths: inout PathSet) -> Bool {
        Array(path.utf8).withUnsafeBytes { paths.insert($0) }
    }
}
