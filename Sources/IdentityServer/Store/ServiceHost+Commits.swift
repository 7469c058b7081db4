//  ServiceHost+Commits.swift - no reply leaves before what it rests on is in the state file.
//
//  Knows: one commit at a time; what comes meanwhile is the next one, as a whole. A commit that
//  fails takes back every change since the last good one, and all who waited hear of it.
//  Does not know: how rows are written (StateStore).

#if Server
  internal import IdentityService
  internal import Logging
  internal import Synchronization

  /// Changes that are not in the state file yet.
  struct Ledger {
    /// Being committed.
    var running: Page?
    /// To be committed next.
    var open: Page?

    /// The changes of one batch.
    struct Page {
      let batch = Batch()
      /// As they are now.
      var rows: [StateRow] = []
      /// As they were.
      var replaced: [StateRow] = []
    }
  }

  extension ServiceHost {
    private static let pause = Duration.milliseconds(20)

    /// Enters what a call changed; a call that changed nothing rests on what others changed.
    func note(_ replaced: [StateRow], in room: inout Room) {
      if !replaced.isEmpty {
        var page = room.ledger.open ?? Ledger.Page()
        page.rows += replaced.map(room.service.state.current)
        page.replaced += replaced
        room.ledger.open = page
      }
      if let batch = (room.ledger.open ?? room.ledger.running)?.batch {
        Receipt.current?.note(batch)
      }
    }

    /// Enters that a virtual clock was moved.
    func noteClock() {
      guard store != nil, clock.isVirtual else { return }
      room.withLock { room in
        let page = room.ledger.open ?? Ledger.Page()
        room.ledger.open = page
        Receipt.current?.note(page.batch)
      }
    }

    /// Waits until everything that a reply rests on is kept.
    ///
    /// - Returns: False when it could not be kept: then nothing of it happened.
    func settle(_ receipt: Receipt) async -> Bool {
      guard let batch = receipt.batch else { return true }
      // The first to wait does the work; what came meanwhile is done apart from its reply.
      if let page = nextPage() {
        await commit(page)
        if let next = nextPage() { Task { await commitAll(from: next) } }
      }
      return await batch.isKept()
    }

    /// Commits what is left and closes the file.
    func close() async {
      if let page = nextPage() { await commitAll(from: page) }
      store?.close()
    }

    private func commitAll(from first: Ledger.Page) async {
      var next: Ledger.Page? = first
      while let page = next {
        await commit(page)
        next = nextPage()
      }
    }

    /// Takes the open page, unless another one is being committed.
    private func nextPage() -> Ledger.Page? {
      room.withLock { room in
        guard room.ledger.running == nil, let page = room.ledger.open else { return nil }
        room.ledger.running = page
        room.ledger.open = nil
        return page
      }
    }

    private func commit(_ page: Ledger.Page) async {
      let isKept = await isKept(page)
      let batches = room.withLock { room in
        defer { room.ledger.running = nil }
        guard !isKept else { return [page.batch] }
        let open = room.ledger.open
        room.ledger.open = nil
        room.service.takeBack(page.replaced + (open?.replaced ?? []))
        return [page.batch] + (open.map { [$0.batch] } ?? [])
      }
      for batch in batches { batch.settle(isKept) }
    }

    /// Tries until it is done or patience ends; sleeps in between, so that no thread stands still.
    private func isKept(_ page: Ledger.Page) async -> Bool {
      guard let store else { return true }
      let end = ContinuousClock.now + patience
      while true {
        do throws(StoreError) {
          try store.commit(page.rows, clock: clock.isVirtual ? clock.now : nil)
          return true
        } catch {
          let mayTryAgain = error.code == .busy && ContinuousClock.now < end
          guard mayTryAgain, (try? await Task.sleep(for: Self.pause)) != nil else {
            log.error("the state could not be kept", metadata: ["reason": "\(error)"])
            return false
          }
        }
      }
    }
  }
#endif
