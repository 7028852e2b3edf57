internal import ArgumentParser

/// What tells more, of every tool.
package struct MessageOptions: ParsableArguments {
    @Flag(help: "Tell on standard error what is decided, and why.")
    package var debug = false

    package init() {}
}

/// Of tools that may use colours.
package struct ColorOptions: ParsableArguments {
    @Flag(help: "Use no colours; so does $NO_COLOR.")
    package var noColor = false

    package init() {}

    /// Whether colours are wanted, where there is a terminal for them (no-color.org).
    package var areWanted: Bool { !noColor && Environment["NO_COLOR"] == nil }
}
