/// What keeps work waiting, in words: `before the next try, 2 transfers, 0:03`.
package enum HoldText {
    /// - Parameters:
    ///   - reason: may come from a stranger.
    ///   - transfers: that wait for it; 0 where it is other work that does.
    ///   - seconds: until it is over; nil where nobody knows.
    package static func text(_ reason: String, transfers: Int, seconds: Double?) -> String {
        var words = [DisplayText.visible(reason)]
        if transfers > 0 { words.append(transfers == 1 ? "1 transfer" : "\(transfers) transfers") }
        if let seconds { words.append(HumanUnits.clock(seconds)) }
        return words.joined(separator: ", ")
    }
}
