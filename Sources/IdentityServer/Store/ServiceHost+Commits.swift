//  ServiceHost+Commits.swift - no reply leaves before what it rests on is in the state file.
//
//  Knows: one commit at a time; what comes meanwhile is the next one, as a whole. A commit that
//  fails takes back every change since the last good one, and all who waited hear of it. The times
//  of polls go along with the next commit, or have one of their own soon; nobody waits for them.
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
    /// Flows that were polled, and nothing else.
    var polled: Set<SecretHash> = []
    /// Whether someone will see to them.
    var isFlushDue = false

    /// What a reply of now rests on.
    var newest: Batch? {
      if let open { return open.batch }
      return running.flatMap { $0.isPollsOnly ? nil : $0.batch }
    }

    /// Whether there is something that nobody is committing.
    func isLeft(withPolls: Bool) -> Bool { open != nil || (withPolls && !polled.isEmpty) }

    /// The changes of one batch.
    struct Page {
      let batch = Batch()
      /// Whether nothing but times of polls is in it: no reply rests on them.
      var isPollsOnly = false
      /// As they are now.
      var rows: [StateRow] = []
      /// As they were.
      var replaced: [StateRow] = []
      /// Flows among the rows that were only polled.
      var polled: Set<SecretHash> = []
    }
  }

  extension ServiceHost {
    private static let pause = Duration.milliseconds(20)

    /// Enters what a call changed; a call that changed nothing rests on what others changed.
    func note<Reply>(_ outcome: Outcome<Reply>, in room: inout Room) {
      if !outcome.replaced.isEmpty {
        if outcome.onlyMovesPolls {
          notePolls(outcome.replaced, in: &room)
        } else {
          var page = room.ledger.open ?? Ledger.Page()
          page.rows += outcome.replaced.map(room.service.state.current)
          page.replaced += outcome.replaced
          room.ledger.open = page
        }
      }
      if let receipt = Receipt.current, let batch = room.ledger.newest { receipt.note(batch) }
    }

    private func notePolls(_ rows: [StateRow], in room: inout Room) {
      for case .flow(let hash, _) in rows { room.ledger.polled.insert(hash) }
      guard !room.ledger.isFlushDue else { return }
      room.ledger.isFlushDue = true
      Task {
        try? await Task.sleep(for: flushDelay)
        self.room.withLock { $0.ledger.isFlushDue = false }
        if let page = nextPage() { await commitAll(from: page) }
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
        let isKept = await commit(page)
        if let next = nextPage(withPolls: isKept) { Task { await commitAll(from: next) } }
      }
      return await batch.isKept()
    }

    /// Commits what is left, whoever is at it, and closes the file.
    func close() async {
      var isKept = true
      while true {
        if let page = nextPage(withPolls: isKept) {
          isKept = await commit(page)
          continue
        }
        let (running, isLeft) = room.withLock { room in
          (room.ledger.running?.batch, room.ledger.isLeft(withPolls: isKept))
        }
        if let running { isKept = await running.isKept() } else if !isLeft { break }
      }
      store?.close()
    }

    private func commitAll(from first: Ledger.Page) async {
      var next: Ledger.Page? = first
      while let page = next { next = nextPage(withPolls: await commit(page)) }
    }

    /// Takes the open page, unless another one is being committed.
    ///
    /// - Parameter withPolls: False after a failure, which polls are not worth another one of: the
    ///   next poll takes them along.
    /// - Returns: The page to commit, if there is one.
    private func nextPage(withPolls: Bool = true) -> Ledger.Page? {
      room.withLock { room in
        let (open, polled) = (room.ledger.open, withPolls ? room.ledger.polled : [])
        guard room.ledger.running == nil, open != nil || !polled.isEmpty else { return nil }
        var page = open ?? Ledger.Page(isPollsOnly: true)
        page.rows += polled.map { room.service.state.current(.flow($0, nil)) }
        page.polled = polled
        room.ledger.running = page
        room.ledger.open = nil
        room.ledger.polled.subtract(polled)
        return page
      }
    }

    /// Commits a page and tells everyone who waits; whether it is kept.
    private func commit(_ page: Ledger.Page) async -> Bool {
      let isKept = await isKept(page)
      let batches = room.withLock { room in
        defer { room.ledger.running = nil }
        return isKept ? [page.batch] : [page.batch] + takenBack(page, in: &room)
      }
      for batch in batches { batch.settle(isKept) }
      return isKept
    }

    /// Undoes a page that could not be kept, and what was done since on top of it.
    ///
    /// The times of polls stay: nobody was told that they are kept.
    private func takenBack(_ page: Ledger.Page, in room: inout Room) -> [Batch] {
      room.ledger.polled.formUnion(page.polled)
      guard !page.replaced.isEmpty else { return [] }
      let open = room.ledger.open
      room.ledger.open = nil
      room.service.takeBack(page.replaced + (open?.replaced ?? []))
      return open.map { [$0.batch] } ?? []
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
