//  Browser+Page.swift - what a person or a designer does with a page: go, press, look, measure.

#if Server
  import Platform
  import StrictJSON
  import Testing

  extension Browser {
    /// Loads a page.
    func load(_ address: String) throws {
      try call("Page.navigate", ["url": .string(address)])
      try wait(for: "Page.loadEventFired")
    }

    /// Shows a document in place of the loaded one, with the same address.
    func show(_ html: String) throws {
      let frame = try call("Page.getFrameTree")["frameTree"]?.asObject?["frame"]?.asObject?["id"]
      try call("Page.setDocumentContent", ["frameId": frame ?? .null, "html": .string(html)])
      let isReady = "document.readyState == 'complete' && document.styleSheets.length"
      _ = try evaluate(
        "new Promise(r => { const look = () => \(isReady) ? r() : setTimeout(look, 2); look() })")
    }

    /// The value of an expression, which policies of the page do not bind.
    func evaluate(_ expression: String) throws -> JSON {
      let result = try call(
        "Runtime.evaluate",
        [
          "expression": .string(expression), "returnByValue": true, "awaitPromise": true,
        ])
      if let problem = result["exceptionDetails"] {
        throw BrowserError(description: "\(problem)")
      }
      return result["result"]?.asObject?["value"] ?? .null
    }

    /// Presses a key as a person does.
    func press(_ key: String, code: Int64, text: String = "") throws {
      for kind in [text.isEmpty ? "rawKeyDown" : "keyDown", "keyUp"] {
        try call(
          "Input.dispatchKeyEvent",
          [
            "type": .string(kind), "key": .string(key), "code": .string(key),
            "windowsVirtualKeyCode": .integer(code), "text": .string(kind == "keyUp" ? "" : text),
          ])
      }
    }

    func tab() throws { try press("Tab", code: 9) }

    /// Enter, and the page that follows.
    func enter() throws {
      try press("Enter", code: 13, text: "\r")
      try wait(for: "Page.loadEventFired")
    }

    /// The element that has the focus: its tag and its text or name.
    var focus: String {
      get throws {
        // `autofocus` takes effect when the page is drawn, which may be after it was loaded.
        _ = try evaluate(
          "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
        let value = try evaluate(
          "(e => e.tagName.toLowerCase() + ':' + (e.innerText || e.name || ''))"
            + "(document.activeElement)")
        return value.asString?.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      }
    }

    /// Sets the window's width and height in CSS pixels.
    func resize(width: Int64, height: Int64, scale: Int64 = 1) throws {
      try call(
        "Emulation.setDeviceMetricsOverride",
        [
          "width": .integer(width), "height": .integer(height),
          "deviceScaleFactor": .integer(scale), "mobile": false,
        ])
    }

    /// Sets what the person prefers, such as `prefers-color-scheme: dark`.
    func prefer(_ features: [String: String]) throws {
      let list = features.sorted { $0.key < $1.key }.map { feature -> JSON in
        ["name": .string(feature.key), "value": .string(feature.value)]
      }
      try call("Emulation.setEmulatedMedia", ["features": .array(list)])
    }

    /// Keeps a picture of the whole page if `SSOSCRIPT_SCREENSHOTS` names a folder for it.
    func picture(_ name: String) throws {
      guard let folder = environment("SSOSCRIPT_SCREENSHOTS"), !folder.isEmpty else { return }
      let data = try call("Page.captureScreenshot", ["captureBeyondViewport": true])["data"]
      let path = "\(folder)/\(name).png"
      let bytes = decodedBase64(data?.asString ?? "")
      guard let file = unsafe fopen(path, "w") else {
        throw BrowserError(description: "\(path) cannot be written")
      }
      unsafe fwrite(bytes, 1, bytes.count, file)
      unsafe fclose(file)
    }
  }

  private func decodedBase64(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for digit in text.utf8 {
      let value: UInt8
      switch digit {
      case 65...90: value = digit - 65
      case 97...122: value = digit - 71
      case 48...57: value = digit + 4
      case 43: value = 62
      case 47: value = 63
      default: continue
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }
#endif
