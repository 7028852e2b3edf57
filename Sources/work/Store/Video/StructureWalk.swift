/// Follows the structure of a video file from one head to the next, up to the file's end. It reads nothing itself: it says
/// where the next head stands, and is given its bytes. Any bytes will do; what is no video is thrown out.
package enum StructureWalk: Sendable {
    case boxes(BoxWalk)
    case elements(ElementWalk)

    /// How many bytes a head has at most.
    package static let headLength = 16

    /// Where the next head begins. Nil when the end was reached and nothing was wrong.
    package var position: Int64? {
        switch self {
        case .boxes(let walk): walk.position
        case .elements(let walk): walk.position
        }
    }

    /// Takes the bytes that stand at `position`: `headLength` of them, or what the file has left.
    package mutating func take(_ head: ArraySlice<UInt8>) throws(StructureFlaw) {
        switch self {
        case .boxes(var walk):
            try walk.take(head)
            self = .boxes(walk)
        case .elements(var walk):
            try walk.take(head)
            self = .elements(walk)
        }
    }
}
