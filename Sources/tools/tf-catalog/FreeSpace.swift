import Catalog
import Glibc
import POSIX

/// Room for files.
enum FreeSpace {
    /// How many bytes can be written in the folder where files will go, or in the nearest one above it that is there.
    static func bytes(below folder: String) throws(CatalogFailure) -> Int64 {
        var place = folder
        while true {
            do throws(SystemError) {
                return try Folder(place.isEmpty ? "." : place).freeBytes()
            } catch {
                guard error.code == ENOENT, !place.isEmpty else {
                    throw CatalogFailure("'\(place)': cannot see the free space: \(error.reason)")
                }
                let above = place.split(separator: "/").dropLast().joined(separator: "/")
                place = (place.hasPrefix("/") ? "/" : "") + above
            }
        }
    }
}
