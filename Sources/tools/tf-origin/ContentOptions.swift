import ArgumentParser
import Origin
import POSIX
import ToolSupport

/// `--root`, `--size`, `--print`: what the origin has to give.
struct ContentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Serve the files of a folder. Links are not followed.", valueName: "dir"))
    var root: String?

    @Option(
        help: ArgumentHelp("Make a video for any path, of a size (50k) or between two (16k..2M).", valueName: "size"))
    var size: SizeRange?

    @Option(help: ArgumentHelp("Print the video that --size makes for a path, and end.", valueName: "path"))
    var print: String?

    func validate() throws {
        if root != nil, size != nil { throw ValidationError("--root and --size exclude each other") }
        if root != nil, print != nil { throw ValidationError("--print is for the videos that --size makes") }
    }

    /// The folder, or else videos of a mebibyte.
    func content() throws(ToolFailure) -> any Content {
        guard let root else { return videos }
        do throws(SystemError) { return try FolderContent(root: root) } catch {
            throw .usage("\(error.description), give a folder that can be read")
        }
    }

    func printVideo(at path: String) throws(ToolFailure) {
        let video = videos.video(at: path)
        var position: Int64 = 0
        do throws(SystemError) {
            while position < video.size {
                let end = min(position + (1 << 20), video.size)
                try StandardOutput.write(video.bytes(position..<end))
                position = end
            }
        } catch { throw .refused(error.description) }
    }

    private var videos: SyntheticContent { SyntheticContent(sizes: size ?? SizeRange(1 << 20...1 << 20)) }
}

extension SizeRange: ExpressibleByArgument {
    public init?(argument: String) { self.init(parsing: argument) }
}
