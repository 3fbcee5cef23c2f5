package main

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// TestANoticeByClicks writes a notice on the street page in a real browser, as a
// visitor with the secretary's phone does, and sees it come on the other phone.
func TestANoticeByClicks(t *testing.T) {
	t.Parallel()
	chromium := findChromium(t)
	for _, c := range []struct{ lang, write, words, all, look, reaches, send, set, seen string }{
		{"en", "Write a notice", "No water tomorrow, please keep some tonight.", "Everybody", "See how it looks", "It goes to 6 people", "Send", "All set", "I've seen it"},
		{"zh", "写通知", "明天停水，请今晚存点水。", "全小区", "看看样子", "发给6人", "送出", "定好了", "知道了"},
	} {
		t.Run(c.lang, func(t *testing.T) {
			t.Parallel()
			ts := newTestStage(t, c.lang)
			page := httptest.NewServer(ts.handler())
			t.Cleanup(page.Close)
			t.Cleanup(page.CloseClientConnections)
			ctx := openBrowser(t, chromium)
			secretary, resident := "phone-secretary-"+c.lang, "phone-resident-"+c.lang
			say := func(words string) {
				t.Helper()
				comeToRest(t, ctx)
				sent, err := chromedp.Run(ctx, chromedp.Evaluate[bool](fmt.Sprintf(
					`(i => { i.value = %q; i.form.requestSubmit(); return true })(document.querySelector("#%s .write input"))`, words, secretary)))
				require.NoError(t, err)
				require.True(t, sent)
			}
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

			must(t, ctx, chromedp.EmulateViewport(1280, 980), chromedp.Navigate(page.URL+"/?lang="+c.lang+"&open=secretary-"+c.lang+",resident-"+c.lang))
			say("/notice")
			press(secretary, c.write)
			say(c.words)
			press(secretary, c.all)
			press(secretary, c.look)
			see(secretary, c.reaches)
			press(secretary, c.send)
			see(secretary, c.set)
			ts.settleDown()
			require.NoError(t, ts.skip(t.Context(), 3*time.Minute))
			see(resident, c.words)
			press(resident, c.seen)
			see(resident, "✓")
		})
	}
}
