import ArgumentParser
import Inventory
import Records
import Remote
import ToolSupport

/// What the user asks of tf-store.
struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the files go, as rclone names it: 's3:bucket/videos'.", valueName: "remote"))
    var remote: String

    @Option(
        help: ArgumentHelp("The folder that tf-fetch writes to.", valueName: "dir"),
        completion: .directory)
    var spool = "."

    @Option(
        name: [.customShort("j", allowingJoined: true), .long],
        help: ArgumentHelp("Files at one time.", valueName: "n"))
    var jobs = 8

    @Flag(help: "Remove each file from the folder when the store has it.")
    var move = false

    @Option(help: ArgumentHelp("With --move: read no more lines while the folder holds this much.", valueName: "size"))
    var spoolSize: ByteCount?

    @Option(help: ArgumentHelp("Give up when nothing could be stored for this long.", valueName: "time"))
    var patience = Seconds(3600)

    @Flag(help: "Read no lines: write a small file to the store and remove it again.")
    var check = false

    private static let usualSpoolSize = ByteCount(20 << 30)

    /// The options, checked together.
    func settings() throws(ToolFailure) -> StoreSettings {
        guard (1...256).contains(jobs) else { throw .usage("--jobs \(jobs): give a number from 1 to 256") }
        guard spoolSize == nil || move else {
            throw .usage("'--spool-size' needs '--move': a folder that nothing is removed from only grows")
        }
        let place: RemotePlace
        do throws(RemotePlaceError) { place = try RemotePlace(remote) } catch {
            throw .usage("--remote: \(error)")
        }
        var settings = StoreSettings(place, spool: spool)
        settings.parallel = jobs
        settings.moves = move
        settings.spoolSize = move ? (spoolSize ?? Self.usualSpoolSize).value : nil
        settings.patience = patience.value
        return settings
    }
}
