//  Measure.swift - what is wrong with the look of a page, as a browser has laid it out.

#if Server
  import StrictJSON

  extension Browser {
    /// The faults of the page as it stands: one line each.
    ///
    /// Sideways scroll, targets below 44 px, text below 16 px or 4.5:1, buttons of unequal size,
    /// fields and buttons whose edge cannot be told from the ground (3:1).
    func faults() throws -> [String] {
      try evaluate(Self.measure).asArray?.compactMap(\.asString) ?? ["not measured"]
    }

    private static let measure = #"""
      (() => {
        const faults = [], say = (what, e) =>
          faults.push(what + ': ' + (e.outerHTML || e).replace(/\s+/g, ' ').slice(0, 90));
        const parse = text => (text.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
          .map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], .05);
        const contrast = (a, b) => Math.max(light(a), light(b)) / Math.min(light(a), light(b));
        const ground = e => {
          for (; e; e = e.parentElement) {
            const color = parse(getComputedStyle(e).backgroundColor);
            if (color.length < 4 || color[3] > 0) return color;
          }
          return [255, 255, 255];
        };
        const root = document.documentElement;
        if (root.scrollWidth > innerWidth) say('scrolls sideways by ' + (root.scrollWidth - innerWidth), root);
        for (const e of document.body.querySelectorAll('*')) {
          const box = e.getBoundingClientRect();
          if (box.width && (box.left < -1 || box.right > innerWidth + 1)) say('is cut off', e);
        }
        for (const e of document.querySelectorAll('a, button, input:not([type=hidden])')) {
          const box = e.getBoundingClientRect();
          if (box.height < 44 || box.width < 44) say('is a small target', e);
        }
        for (const e of document.querySelectorAll('button:not(.primary), input:not([type=hidden])')) {
          const style = getComputedStyle(e);
          const ratio = contrast(parse(style.borderTopColor), ground(e.parentElement));
          if (style.borderTopStyle == 'none' || ratio < 3) say('has a faint edge ' + ratio, e);
        }
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
          const e = texts.currentNode.parentElement, style = getComputedStyle(e);
          if (!texts.currentNode.data.trim()) continue;
          const ratio = contrast(parse(style.color), ground(e));
          if (ratio < 4.5) say('is faint ' + ratio, e);
          if (parseFloat(style.fontSize) < 16) say('is small', e);
        }
        for (const e of document.querySelectorAll('input[placeholder]')) {
          const style = getComputedStyle(e, '::placeholder');
          const ratio = contrast(parse(style.color), ground(e));
          if (ratio < 4.5 || style.opacity < 1) say('has a faint hint', e);
        }
        const boxes = [...document.querySelectorAll('.decision button')]
          .map(e => e.getBoundingClientRect());
        if (boxes.length && (boxes[0].width != boxes[1].width || boxes[0].height != boxes[1].height))
          say('are unequal', 'buttons');
        return faults;
      })()
      """#
  }
#endif
