//  SimulatedTurns.swift - which of several programs on one machine is next, by the seed.
//
//  Knows: before each use of the disk others may go first, if there are others.
//  Does not know: what the disk is used for.

internal import EventLoop
internal import SSOScript

/// The turns of one program.
struct SimulatedTurns: WorldTurns {
  /// Of the uses of a disk, how many others go before.
  private static let rate = 0.25
  /// The most turns that others get are about 2 to this power: as many as a whole renewal takes.
  private static let magnitude = 8

  let process: SimulatedProcess

  private var stage: ScenarioStage { process.home.stage }

  func owed(before use: String) -> Int {
    guard process.home.isShared, process.isAlive, stage.happens(Self.rate) else { return 0 }
    let text = "lets others go first: \(use)"
    let drawn = 1 + stage.draw(below: Self.magnitude)
    let given = stage.settle(drawn, most: Self.magnitude) { _ in "\(process.name) \(text)" }
    guard given > 0 else { return 0 }
    stage.note(process.name, text)
    return 1 << (given - 1)
  }

  /// A number of turns, a small one as likely as a large one.
  static func drawn(_ stage: ScenarioStage) -> Int { (1 << stage.draw(below: magnitude)) - 1 }

  func give(_ turns: Int) async {
    for _ in 0..<turns {
      guard process.isAlive, !Task.isCancelled else { return }
      await stage.loop.turn()
    }
  }

  /// Lets others go first, if the seed wants that.
  func pass(before use: String) async { await give(owed(before: use)) }
}
