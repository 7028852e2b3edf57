package import Records

/// Until when URLs are good.
package enum Lifetime: Sendable {
    /// So many seconds from the moment of signing.
    case after(Seconds)
    /// Unix seconds.
    case until(Int64)

    /// The end of what is signed at this time, in whole seconds that never reach beyond it.
    package func end(from now: Double) -> Int64 {
        switch self {
        case .after(let seconds): Int64((now + seconds.value).rounded(.down))
        case .until(let time): time
        }
    }

    /// Whether nothing that is signed from this time on is good for more than so many seconds.
    package func isWithin(_ seconds: Double, of now: Double) -> Bool {
        switch self {
        case .after(let length): length.value <= seconds
        case .until(let time): Double(time) - now <= seconds
        }
    }

    func isOver(at now: Double) -> Bool {
        if case .until(let time) = self { now >= Double(time) } else { false }
    }

    /// What a run ends with whose fixed end has come.
    static let over = SigningEnd("the time of --expires-at has come: give a later one")
}

/// A signer that is at its end when the time of `--expires-at` has come, and at no other.
protocol LifetimeSigner: URLSigner {
    var lifetime: Lifetime { get }
}

extension LifetimeSigner {
    package func needsRenewal(at now: Double) -> Bool { lifetime.isOver(at: now) }

    package func renew(at now: Double) throws(SigningEnd) { throw Lifetime.over }
}
