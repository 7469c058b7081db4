@testable import LiveWorld
import Testing

@Suite struct `Random bytes of the machine` {
  @Test(arguments: [0, 1, 7, 8, 9, 16, 65_536])
  func `are as many as were asked for`(count: Int) {
    #expect(LiveRandomness().bytes(count).count == count)
  }

  @Test func `differ everywhere`() {
    let runs = (0..<100).map { _ in LiveRandomness().bytes(19) }
    for place in 0..<19 { #expect(Set(runs.map { $0[place] }).count > 40) }
  }
}
