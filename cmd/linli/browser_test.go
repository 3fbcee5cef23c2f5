package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// clicks is the way through a report as a visitor of the page does it.
type clicks struct {
	lang                                 string
	send, take, done, fixed              string
	sent, taken, asked, thanked, memberS string
	proof                                string // the question about the photo
}

// TestTheWholeReportByClicks opens the street page in a real browser and plays
// the report from the broken lamp to "it held", in both languages. With
// -update it keeps a picture of each page for the README.
func TestTheWholeReportByClicks(t *testing.T) {
	t.Parallel()
	chromium := findChromium(t)
	for _, c := range []clicks{
		{
			lang: "en", send: "Yes, send", take: "I'll go", done: "Done", fixed: "Fixed",
			sent: "Sent, number 1.", taken: "Daniel has taken it", asked: "Is it fixed?", thanked: "No. 1 is closed", memberS: "says it is fixed", proof: "(report) done?",
		},
		{
			lang: "zh", send: "是，送出", take: "我去", done: "办好了", fixed: "好了",
			sent: "编号 1。", taken: "李卫东接了", asked: "好了吗？", thanked: "1号办完了", memberS: "说好了", proof: "办好了吗",
		},
	} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel()
			c.play(t, chromium)
		})
	}
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium is installed: the street page is not tried in a real browser")
	return ""
}

func (c clicks) play(t *testing.T, chromium string) {
	ts := newTestStage(t, c.lang)
	page := httptest.NewServer(ts.handler())
	t.Cleanup(page.Close)
	t.Cleanup(page.CloseClientConnections) // streams last as long as their readers
	ctx := openBrowser(t, chromium)

	resident, member := "phone-resident-"+c.lang, "phone-member-"+c.lang
	see := func(phone, words string) {
		t.Helper()
		must(t, ctx, chromedp.WaitVisible(chromedp.Search(fmt.Sprintf(`//section[@id=%q]//article[contains(., %q)]`, phone, words))))
	}
	press := func(phone, label string) {
		t.Helper()
		must(t, ctx, chromedp.WaitVisible(chromedp.Search(button(phone, label))))
		comeToRest(t, ctx)
		must(t, ctx, chromedp.Click(chromedp.Search(button(phone, label)), chromedp.NodeVisible))
	}
	give := func(phone, sample string) {
		t.Helper()
		comeToRest(t, ctx)
		must(t, ctx, chromedp.Click(chromedp.CSS("#"+phone+" .attach summary"), chromedp.NodeVisible))
		must(t, ctx, chromedp.Click(chromedp.CSS(fmt.Sprintf("#%s button[value=%q]", phone, sample)), chromedp.NodeVisible))
	}

	must(t, ctx, chromedp.EmulateViewport(1280, 980), chromedp.Navigate(page.URL+"/?lang="+c.lang))
	give(resident, "lamp")
	press(resident, c.send)
	see(resident, c.sent)
	press(member, c.take)
	see(resident, c.taken)
	give(member, "lit")
	see(member, c.proof) // the card has such a button too
	press(member, c.done)
	see(resident, c.asked)
	if *update {
		keepPicture(t, ctx, "street-"+c.lang+".png")
	}
	press(resident, c.fixed)
	see(resident, c.thanked)
	see(member, c.memberS)
	ts.settleDown()
	var status string
	require.NoError(t, ts.app.db.Get(&status, `SELECT status FROM cases WHERE number = 1`))
	require.Equal(t, "held", status)
}

// browsers are as many as two cores bear at once.
var browsers = make(chan struct{}, 2)

// openBrowser starts a browser that talks to nobody but the page.
func openBrowser(t *testing.T, chromium string) context.Context {
	t.Helper()
	browsers <- struct{}{}
	t.Cleanup(func() { <-browsers })
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.UserDataDir(t.TempDir()), chromedp.WSURLReadTimeout(mostWait),
	)
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	must(t, ctx) // the browser's life hangs on the first context that it is used with
	ctx, late := context.WithTimeout(ctx, 5*mostWait)
	t.Cleanup(late)
	return ctx
}

func must(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	require.NoError(t, chromedp.Do(ctx, steps...))
}

// button is the newest button with that label on a phone.
func button(phone, label string) string {
	return fmt.Sprintf(`(//section[@id=%q]//form[@class="buttons"]//button[normalize-space()=%q])[last()]`, phone, label)
}

// until waits for something to hold on the page, also while another takes its place:
// between two pages there is nothing to ask, and what the first is asked it never answers.
func until(t *testing.T, ctx context.Context, js string) {
	t.Helper()
	require.Eventually(t, func() bool {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool](js))
		return err == nil && holds
	}, mostWait, 20*time.Millisecond, js)
}

// comeToRest waits until nothing on the page moves: what moves is missed by a
// finger.
func comeToRest(t *testing.T, ctx context.Context) {
	t.Helper()
	until(t, ctx, `
		[...document.images].every(i => i.complete) &&
		document.getAnimations().every(a => a.playState === "finished" || a.effect.getComputedTiming().iterations === Infinity)`)
}

func keepPicture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	until(t, ctx, `!document.querySelector(".toast.shown")`)
	comeToRest(t, ctx)
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll("../../.pictures", 0o755))
	require.NoError(t, os.WriteFile(filepath.Join("../../.pictures", name), picture, 0o644))
}
