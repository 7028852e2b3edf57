/// Why a file is not a whole video.
package enum StructureFlaw: Error, Equatable, CustomStringConvertible {
    /// What should begin here is nothing that such a file is made of.
    case unknown(at: Int64)
    /// A size that is smaller than what says it.
    case badSize(at: Int64)
    /// What begins here reaches beyond the file's end.
    case cutOff(at: Int64, missing: Int64)
    /// Another file begins within this one.
    case secondFile(at: Int64)
    /// Nothing says what the video's tracks are.
    case noMovie
    /// There are no pictures and no sound.
    case noMedia

    package var description: String {
        switch self {
        case .unknown(let position): "byte \(position) begins nothing that a video is made of"
        case .badSize(let position): "what begins at byte \(position) has an impossible size"
        case .cutOff(let position, let missing): "of what begins at byte \(position), \(missing) bytes are missing"
        case .secondFile(let position): "another file begins at byte \(position)"
        case .noMovie: "it has no description of its tracks"
        case .noMedia: "it has no pictures and no sound"
        }
    }
}
