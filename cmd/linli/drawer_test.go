package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestTheDrawerInABrowser opens the drawer by keyboard and turns what is in it.
func TestTheDrawerInABrowser(t *testing.T) {
	t.Parallel()
	chromium := findChromium(t)
	v := visit(t, "en")
	ctx := openBrowser(t, chromium)
	click := func(css string) {
		t.Helper()
		comeToRest(t, ctx)
		must(t, ctx, chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
	}
	until := func(js string) {
		t.Helper()
		until(t, ctx, js)
	}
	ask := func(js string) string {
		t.Helper()
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](js))
		require.NoError(t, err, js)
		return text
	}
	press := func(css string) { // notes that pass by move for a while: nobody waits for them
		t.Helper()
		until(`!!document.querySelector(` + strconv.Quote(css) + `)`)
		ask(`document.querySelector(` + strconv.Quote(css) + `).click() || ""`)
	}

	must(t, ctx, chromedp.EmulateViewport(1280, 980), chromedp.Navigate(v.page+"/?lang=en"))
	require.Equal(t, "null", ask(`String(document.getElementById("tools"))`))
	must(t, ctx, chromedp.Focus(chromedp.CSS("#tools-turn")), chromedp.KeyEvent("\r"))
	until(`!!document.getElementById("tools")`)

	click(`#tools a[href*="grey=1"]`)
	until(`document.documentElement.className === "grey"`)
	until(`getComputedStyle(document.querySelector(".street")).filter === "grayscale(1)"`) // the page is there before its styles
	click(`#tools a[href*="shaky=1"]:not([aria-current])`)
	until(`location.search.includes("shaky=1") && location.search.includes("grey=1")`)

	click(`#gear-resident-en a`)
	until(`!!document.getElementById("behind-resident-en")`)
	press(`#phone-resident-en button[value=lamp]`)
	until(`document.getElementById("behind-resident-en").textContent.includes("case_media")`)

	var slipped string
	for range 8 { // what a seed does to the first presses never changes; some of them slip
		press(`#phone-member-en .keys button`)
		until(`document.querySelector("#phone-member-en .keys [aria-busy]") === null`)
		slipped += ask(`document.querySelector("#phone-member-en .toast").textContent`)
	}
	require.Contains(t, slipped, "finger")

	press(`#trouble button[value=down]`)
	until(`document.querySelector("#trouble .status").textContent.includes("Telegram is down")`)
	press(`#trouble button[value=down]`)
	until(`document.querySelector("#trouble .status").textContent === ""`)
	press(`#trouble button[value=kill]`)
	until(`document.getElementById("note").textContent.includes("lives again")`)

	must(t, ctx, chromedp.EmulateViewport(390, 844), chromedp.Navigate(v.page+"/?lang=en&tools=1&size=300&inspect=resident-en"))
	until(`!!document.getElementById("behind-resident-en")`)
	wide := ask(`[...document.querySelectorAll("body *")].filter(e => !e.closest(".jump, .scroll, .panel, .unseen") && e.getBoundingClientRect().right > 391).map(e => e.tagName + "." + e.className).join(" ")`)
	require.Empty(t, strings.TrimSpace(wide), "wider than a phone")

	press(`#phone-resident-en .keys button`)
	const last = `document.querySelector("#phone-resident-en [data-list]").lastElementChild`
	until(last + `.querySelectorAll(".buttons button").length > 8`)
	until(`(() => { const above = ` + last + `.getBoundingClientRect().top - document.querySelector("#phone-resident-en .scroll").getBoundingClientRect().top; return above >= 0 && above < 40 })()`)
}
