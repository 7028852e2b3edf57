internal import Curl
internal import Records
internal import Store

/// A piece of a large file that comes by a connection of its own, while its transfer brings what is before it. It decides
/// nothing: what it does not bring its transfer asks for, by the rules for any other try.
final class RangeTransfer: AnswerReceiver {
    // It belongs to the thread of its transfer's loop.
    let transfer: FileTransfer
    /// Where it begins in the file.
    let start: Int64
    /// Where its next byte belongs.
    private(set) var position: Int64
    /// Where it ends. It may have to give the rest to another.
    var end: Int64
    /// The version of the object that the part is from.
    private let asked: AskedRange
    private(set) var answer = AnswerHead()
    private var isHeadOver = false
    private var isWanted = false
    /// What the disk has against its bytes.
    private(set) var diskError: TryError?
    /// Whether what it brings has no place any more.
    var isOver = false

    init(_ transfer: FileTransfer, _ range: Range<Int64>, of total: Int64) {
        self.transfer = transfer
        (start, position, end) = (range.lowerBound, range.lowerBound, range.upperBound)
        asked = AskedRange(from: range.lowerBound, validator: transfer.part.validator, total: total)
    }

    var isComplete: Bool { position >= end }

    /// Whether the origin itself answered with something else than the bytes that were asked for.
    var isRefused: Bool { isHeadOver && !isWanted }

    var request: TransferRequest {
        var request = transfer.request(from: start, fresh: transfer.needsOwnConnection)
        request.ownConnection = true
        request.end = end
        return request
    }

    func receive(header: UnsafeRawBufferPointer) {
        guard !isHeadOver else { return }
        guard header.first == UInt8(ascii: "\r") || header.first == UInt8(ascii: "\n") else {
            return answer.receive(header: header)
        }
        guard answer.status >= 200 else { return }
        isHeadOver = true
        isWanted = isOfPart
    }

    /// Whether the answer is of the same version, as long, and about the bytes that were asked for.
    private var isOfPart: Bool {
        answer.status == 206 && RangeFault(answer, to: asked) == nil && answer.strongETag == asked.validator
            && answer.contentRange?.total == asked.total
    }

    func receive(body: UnsafeRawBufferPointer) -> Bool {
        guard isWanted, !isOver, diskError == nil, position < end else { return false }
        let bytes = UnsafeRawBufferPointer(rebasing: body.prefix(Int(min(Int64(body.count), end - position))))
        do throws(TryError) { try transfer.take(bytes, of: self) } catch {
            diskError = error
            return false
        }
        position += Int64(bytes.count)
        return bytes.count == body.count
    }
}
