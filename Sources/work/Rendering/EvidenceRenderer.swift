internal import Journal
internal import Records
internal import Terminal

/// What was learnt of hosts, network and key, as a block of the table: those that serve nothing come first.
struct EvidenceRenderer {
    let evidence: KnownEvidence
    /// Unix seconds.
    let now: Double
    /// How many columns a line may take.
    let width: Int

    private static let mostSuspects = 10
    private static let indent = String(repeating: " ", count: 14)

    func render(to output: inout some TextOutputStream) {
        guard !evidence.suspects.isEmpty else { return }
        output.write("\n")
        let failing = evidence.suspects.filter { $0.failingSince != nil }
        let serving = evidence.suspects.filter { $0.failingSince == nil }
        for suspect in (failing + serving).prefix(Self.mostSuspects) { write(suspect, to: &output) }
        let hidden = evidence.suspects.count - Self.mostSuspects
        if hidden > 0 { output.write("and \(hidden) more hosts (--json names them)\n") }
    }

    private func write(_ suspect: KnownEvidence.Suspect, to output: inout some TextOutputStream) {
        var lines = suspect.name.map { [DisplayText.visible($0)] } ?? []
        lines.append(verdict(on: suspect))
        if suspect.failingSince != nil {
            if !suspect.reason.isEmpty { lines.append(DisplayText.visible(suspect.reason)) }
            lines.append(lastTimes(of: suspect))
            if suspect.servedAt == nil && suspect.owner == .host {
                lines.append("check --base-url, if it is another host")
            }
        }
        for (index, line) in lines.enumerated() {
            let label = index == 0 ? DisplayText.padded(Self.label(suspect.owner), to: 14) : Self.indent
            output.write(label + DisplayText.cut(line, to: max(20, width - 14)) + "\n")
        }
    }

    private static func label(_ owner: FaultOwner) -> String {
        switch owner {
        case .credentials: "key"
        case .way: "network"
        default: owner.rawValue
        }
    }

    private func verdict(on suspect: KnownEvidence.Suspect) -> String {
        if let since = suspect.failingSince {
            let what =
                switch suspect.owner {
                case .credentials: suspect.isCondemned ? "refused" : "opened nothing"
                case .way: suspect.isCondemned ? "blocked" : "nothing came"
                default: suspect.isCondemned ? "down" : "served nothing"
                }
            return "\(what) since \(HumanUnits.moment(since)) UTC, for \(HumanUnits.duration(now - since))"
        }
        if let served = suspect.servedAt {
            return switch suspect.owner {
            case .credentials: "good: it opened a file \(ago(served))"
            case .way: "works: a host answered \(ago(served))"
            default: "answered \(ago(served))"
            }
        }
        return suspect.askedAt.map { "asked \(ago($0)), not answered yet" } ?? ""
    }

    /// Of one that serves nothing.
    private func lastTimes(of suspect: KnownEvidence.Suspect) -> String {
        var words = suspect.askedAt.map { ["asked last \(ago($0))"] } ?? []
        words.append(suspect.servedAt.map { "served last \(ago($0))" } ?? "never served")
        if suspect.records > 0 {
            words.append(suspect.records == 1 ? "1 record got nothing" : "\(suspect.records) records got nothing")
        }
        return words.joined(separator: ", ")
    }

    private func ago(_ time: Double) -> String { "\(HumanUnits.duration(now - time)) ago" }
}
