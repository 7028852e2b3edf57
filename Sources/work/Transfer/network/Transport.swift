package import Curl
package import POSIX

/// The network as one thread of a run sees it: requests go out, heads and bodies come in. In production libcurl is
/// behind it; a test puts a script there.
package protocol Transport: AnyObject {
    /// Begins a request. While `perform` runs, the receiver gets the head line by line and the body in pieces.
    func start(_ request: TransferRequest, for receiver: any AnswerReceiver)

    /// Lets all requests go on as far as they can without waiting. `mayGoOn` is asked between two rounds.
    func perform(while mayGoOn: () -> Bool)

    /// A request that has ended; each one is returned once.
    func nextEnded() -> EndedRequest?

    /// Drops the request whose answer this one gets, if there is one. Nothing more is heard of it.
    func cancel(_ receiver: any AnswerReceiver)

    /// Drops all requests that run. Nothing more is heard of them.
    func cancelAll()

    /// Waits for the network, a watched descriptor, a wake-up, or until the time has passed.
    func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32)

    /// The same without the network.
    func pause(_ watched: inout [MultiHandle.Watched], milliseconds: Int32)

    /// Ends a wait. Can be called from any thread.
    var waker: @Sendable () -> Void { get }

    /// Other limits of the speed from now on.
    func adjust(_ settings: TransferSettings)
}

extension Transport {
    package func adjust(_: TransferSettings) {}
}

/// How a request ended.
package struct EndedRequest {
    /// Who got its answer.
    package var receiver: any AnswerReceiver
    /// Nil where a whole answer came, whatever its status.
    package var failure: CurlFailure?
    /// Whether a connection was made, so that the request could be sent.
    package var wasConnected: Bool
    /// Where the answer redirects to, made absolute; it may carry a signature.
    package var redirectURL: [UInt8]?

    package init(
        receiver: any AnswerReceiver, failure: CurlFailure?, wasConnected: Bool = true, redirectURL: [UInt8]? = nil
    ) {
        self.receiver = receiver
        self.failure = failure
        self.wasConnected = wasConnected
        self.redirectURL = redirectURL
    }
}

/// The real network, by libcurl's multi interface.
package final class CurlTransport: Transport {
    private var settings: TransferSettings
    private let multi: MultiHandle
    /// Handles that are used again: they keep their buffers.
    private var idle: [EasyHandle] = []

    /// - Parameters:
    ///   - connections: how many of them are kept open.
    package init(_ settings: TransferSettings, connections: Int, clock: any Clock) {
        self.settings = settings
        multi = MultiHandle(connections: connections, clock: clock)
    }

    package func start(_ request: TransferRequest, for receiver: any AnswerReceiver) {
        let easy = idle.popLast() ?? EasyHandle(settings)
        easy.prepare(request, receiver: receiver)
        multi.add(easy)
    }

    package func perform(while mayGoOn: () -> Bool) { multi.perform(while: mayGoOn) }

    package func nextEnded() -> EndedRequest? {
        guard let (easy, receiver, failure) = multi.nextEnded() else { return nil }
        defer {
            multi.remove(easy)
            idle.append(easy)
        }
        return EndedRequest(
            receiver: receiver, failure: failure, wasConnected: easy.wasConnected, redirectURL: easy.redirectURL)
    }

    package func cancel(_ receiver: any AnswerReceiver) {
        if let easy = multi.remove(for: receiver) { idle.append(easy) }
    }

    package func cancelAll() { multi.removeAll() }

    package func adjust(_ settings: TransferSettings) {
        self.settings = settings
        for easy in idle { easy.adjust(settings) }
        multi.adjust(settings)
    }

    package func wait(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        multi.wait(&watched, milliseconds: milliseconds)
    }

    package func pause(_ watched: inout [MultiHandle.Watched], milliseconds: Int32) {
        multi.pause(&watched, milliseconds: milliseconds)
    }

    package var waker: @Sendable () -> Void {
        let multi = multi
        return { multi.wakeUp() }
    }
}
