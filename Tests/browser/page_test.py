"""The page of `tf-bulk serve` in a real browser. usage: python Tests/browser/page_test.py [TestCase.test…]"""

import json
import os
import unittest

from selenium.webdriver.common.keys import Keys

from site_under_test import Page, Proxy, Site, browser, record

NARROW = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.driver = browser()

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()

    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)
        # What an earlier test was told of does not concern this one.
        self.driver.get_log("browser")

    def tearDown(self):
        while len(self.driver.window_handles) > 1:
            self.driver.close()
            self.driver.switch_to.window(self.driver.window_handles[0])
        self.driver.get("about:blank")

    def open(self):
        page = Page(self.driver, self.site.page)
        page.note_toasts()
        return page

    def serve(self, *origin):
        self.site.origin(*origin)
        self.site.serve()

    def serve_slowly(self):
        """300 segments, for which the origin takes a minute."""
        self.site.catalogue(record(7, n) for n in range(300))
        self.site.slow_origin()
        self.site.serve()

    def test_start_and_watch_to_the_end(self):
        self.site.catalogue(
            record(course, course * 100 + n, f"Course {course}") for course in (1, 2) for n in range(10))
        self.serve("--size", "20k", "--latency", "100ms")
        page = self.open()
        page.wait(lambda: page.text("plan-segments") == "20", "the plan")
        self.assertEqual((page.text("plan-courses"), page.text("state")), ("2", "Ready to start"))
        page.wait(lambda: "Course 2" in page.rows().get("1", ""), "the courses, before any run")
        page.click("start")
        page.wait(lambda: page.is_open("confirm"), "the question")
        self.assertEqual(page.facts("confirm-facts")["Segments to do"], "20 of 20")
        page.close("confirm")
        self.assertFalse((self.site.state / "results.ndjson").exists(), "nothing starts without a yes")
        page.begin()
        self.assertEqual(page.watch_to_end(), "The download is complete")
        self.assertEqual((page.number("count-success"), page.number("count-failed")), (20, 0))
        self.assertEqual(page.text("share"), "100 %")
        self.assertIn(str(self.site.videos.resolve()), page.text("done-storage"))
        self.assertIn("The download is complete.", page.heard())
        self.assertEqual(len(list(self.site.videos.glob("truefire-courses/*/*.mp4"))), 20)
        page.close("done")
        page.wait(lambda: "✓ complete" in page.rows().get("1", ""), "the course to be complete")
        self.assertEqual(page.errors(), [])
        self.driver.get(page.find("report").get_attribute("href"))
        report = self.driver.find_element("tag name", "body").text
        for words in [
            "Course 2", "Source\nsource.ndjson", str(self.site.videos.resolve()), "counts the files under its size",
        ]:
            self.assertIn(words, report)
        self.assertEqual(self.driver.execute_script("return origin"), "null", "it is in a sandbox")
        self.assertEqual([error for error in page.errors() if "favicon" not in error], [])
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", NARROW)
        self.addCleanup(self.driver.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        wide = "return [...document.querySelectorAll('*')].filter((e) => e.clientWidth && e.scrollWidth > 390).length"
        page.wait(lambda: self.driver.execute_script(wide) == 0, "the report to fit on a phone")

    def test_hosts_of_a_fleet_are_shown(self):
        self.site.catalogue(record(7, n) for n in range(300))
        self.site.slow_origin()
        (self.site.folder / "hosts").write_text("2/:\n")
        self.site.serve("--hosts", "hosts", "-j", "4")
        page = self.open()
        self.assertFalse(page.find("hosts").is_displayed(), "without a fleet there is nothing to see")
        page.begin()
        page.wait(lambda: "working, shard" in page.text("host-rows"), "the host that works")
        page.wait(lambda: f"on {os.uname().nodename}" in page.text("transfer-rows"), "the transfers of the host")
        page.wait(lambda: page.number("count-processing") > 0, "what runs to be counted")
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", NARROW)
        self.addCleanup(self.driver.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        wide = """return [...document.querySelectorAll("#hosts *")]
            .filter((e) => e.clientWidth && e.scrollWidth > 390).length"""
        self.assertEqual(self.driver.execute_script(wide), 0, "it fits on a phone")
        self.site.hurry()
        self.assertEqual(page.watch_to_end(), "The download is complete")
        page.close("done")
        page.wait(lambda: "300" in page.text("host-rows"), "what the host has done")
        self.assertEqual(page.errors(), [])

    def test_behind_a_proxy_that_rewrites_host_and_path(self):
        self.site.catalogue(record(7, n) for n in range(10))
        self.site.origin("--size", "20k")
        self.site.serve("--host", "localhost")
        proxy = Proxy(self.site.port)
        self.addCleanup(proxy.close)
        page = Page(self.driver, proxy.page + "/")
        self.assertEqual(self.driver.current_url, proxy.page, "one address, without the slash")
        page.begin()
        self.assertEqual(page.watch_to_end(), "The download is complete")
        self.assertEqual(page.number("count-success"), 10)
        self.assertEqual(page.errors(), [])
        page.close("done")
        proxy.is_signed_out = True
        page.wait(lambda: "load this page again" in page.text("link"), "what the proxy did to be told")
        proxy.is_signed_out = False
        page.wait(lambda: page.text("link") == "Connected", "the server to be there again")

    def test_a_translated_page_stays_translated(self):
        self.site.catalogue(record(7, n) for n in range(10))
        self.serve("--size", "20k")
        page = self.open()
        # As translators do it: other text, in elements of their own.
        self.driver.execute_script("""
            const font = Object.assign(document.createElement('font'), { textContent: 'Bereit' });
            document.getElementById('state').replaceChildren(font);
            window.asked = 0;
            const fetched = window.fetch;
            window.fetch = (...words) => { window.asked += 1; return fetched(...words); };""")
        page.wait(lambda: self.driver.execute_script("return window.asked") >= 2, "two more answers")
        self.assertEqual(page.text("state"), "Bereit")
        page.begin()
        self.assertEqual(page.watch_to_end(), "The download is complete")
        self.assertEqual(page.text("state"), "Everything is there")

    def test_back_and_forward_go_on_at_once(self):
        self.site.catalogue(record(7, n) for n in range(10))
        self.serve("--size", "20k")
        page = self.open()
        self.driver.get("about:blank")
        self.driver.back()
        page.wait(lambda: page.text("link") == "Connected" and page.text("state") == "Ready to start", "the page again")
        self.assertEqual(page.errors(), [])

    def test_failures_are_shown_with_what_to_do(self):
        self.site.catalogue(record(7, n) for n in range(10))
        self.serve("--size", "20k", "--fault", "*/3.mp4:404")
        page = self.open()
        page.begin()
        page.watch_to_end()
        page.close("done")
        self.assertTrue(any("not_found: not at the origin" in text for text in page.heard()), page.heard())
        self.assertIn("not at the origin: check the key template", page.text("error-rows"))
        page.wait(lambda: "✕ 1 failed" in page.rows().get("0", ""), "the course's failure")
        self.driver.find_element("class name", "row").click()
        page.wait(lambda: "Lesson 3" in page.text("course-errors"), "the segment that failed")
        page.close("course")
        # Whoever wants to go on sees first what helps.
        first = self.driver.execute_script("""
            const all = [...document.querySelectorAll('.actions')[0].children].filter((one) => one.offsetWidth > 0);
            return all.sort((one, other) => one.offsetLeft - other.offsetLeft)[0].id;""")
        self.assertEqual((first, page.text("retry"), page.text("share")), ("retry", "Retry 1 failed", "90 %"))
        self.driver.find_element("css selector", "#error-rows button").click()
        page.wait(lambda: "Lesson 3" in page.text("error-segments"), "the segments with this error")
        for words in ["Blues", "404", "the origin answered 404"]:
            self.assertIn(words, page.text("error-segments"))
        page.close("error")
        page.click("start")
        page.wait(lambda: page.is_open("confirm"), "the question")
        page.wait(lambda: page.text("confirm-heading") == "There is nothing to download", "what a run would do")
        self.assertTrue(page.find("confirm-retry").is_displayed())
        page.close("confirm")

    def test_one_course_is_tried_again(self):
        self.site.catalogue(record(course, course * 10 + n, f"Course {course}") for course in (1, 2) for n in range(3))
        self.serve("--size", "20k", "--fault", "*/11.mp4:404*1", "--fault", "*/21.mp4:404*1")
        page = self.open()
        page.begin()
        page.watch_to_end()
        page.close("done")
        page.wait(lambda: "✕ 1 failed" in page.rows().get("1", ""), "the failures")
        self.driver.find_elements("class name", "row")[1].click()
        page.click("course-retry")
        page.wait(lambda: page.is_open("done"), "the second run's end")
        self.assertEqual((page.number("count-success"), page.number("count-failed")), (5, 1))
        page.close("done")
        page.wait(lambda: "✓ complete" in page.rows().get("1", ""), "the course to be complete")
        self.assertIn("✕ 1 failed", page.rows()["0"])

    def test_failures_are_tried_again(self):
        self.site.catalogue(record(7, n) for n in range(5))
        # As often as the first run asks for it.
        self.serve("--size", "20k", "--fault", "*/3.mp4:404*1")
        page = self.open()
        page.begin()
        page.watch_to_end()
        page.close("done")
        page.click("retry")
        page.wait(lambda: page.is_open("done"), "the second run's end")
        self.assertEqual((page.number("count-success"), page.number("count-failed")), (5, 0))

    def test_stop_and_go_on(self):
        self.serve_slowly()
        page = self.open()
        page.begin()
        page.wait(lambda: page.number("count-success") > 0, "the first video")
        page.click("stop")
        self.assertEqual(page.watch_to_end(), "The run has ended early")
        page.close("done")
        before = page.number("count-success")
        self.assertLess(before, 300)
        self.assertEqual(page.text("state"), "Stopped: starting again goes on from here")
        self.site.hurry()
        page.begin()
        self.assertEqual(page.watch_to_end(), "The download is complete")
        self.assertEqual(page.number("count-success"), 300)

    def test_what_runs_is_shown_and_stopped_now(self):
        self.site.catalogue(record(7, n) for n in range(20))
        self.serve("--size", "4M", "--fault", "*:slow=100k")
        page = self.open()
        page.begin()
        page.wait(lambda: "Lesson" in page.text("transfer-rows") and "/s" in page.text("transfer-rows"), "what runs")
        self.assertIn("Blues", page.text("transfer-rows"))
        self.assertTrue(self.driver.find_elements("css selector", "#transfer-rows progress"))
        page.wait(lambda: page.text("time-elapsed").endswith(" s"), "the elapsed time")
        # At this rate no transfer is complete within the test's patience.
        page.click("stop-now")
        self.assertEqual(page.watch_to_end(), "The run has ended early")
        self.assertEqual(page.number("count-success"), 0)
        self.assertFalse(page.find("errors").is_displayed(), "what was stopped did not fail")

    def limited_run(self):
        """A run that is under way under a limit of its own, and its page with the dialog open."""
        self.site.catalogue(record(7, n) for n in range(300))
        self.site.origin("--size", "4M", "--fault", "*:slow=100k")
        self.site.serve("--rate-limit", "640k")
        page = self.open()
        page.begin()
        page.wait(lambda: page.text("time-limit") == "640 KiB/s", "the limit that the run began with")
        page.click("limit")
        page.wait(lambda: page.is_open("limit-dialog"), "the dialog")
        return page

    def limits(self):
        """What is in force, as tf-fetch tells it."""
        return json.loads((self.site.state / "active.json").read_text())

    def value(self, name):
        return self.driver.execute_script("return document.getElementById(arguments[0]).value", name)

    def fill(self, name, text):
        field = self.driver.find_element("id", name)
        field.clear()
        field.send_keys(text)
        return field

    def test_other_limits_hold_within_a_second(self):
        page = self.limited_run()
        self.assertEqual((self.value("limit-rate"), self.value("limit-jobs")), ("640k", ""))
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("id"), "limit-rate")
        self.fill("limit-rate", "1.5M")
        self.fill("limit-jobs", "3")
        self.driver.find_element("css selector", "#limit-form [type=submit]").click()
        page.wait(lambda: not page.is_open("limit-dialog"), "the dialog to close")
        page.wait(lambda: (self.site.state / "limits").read_text() == "rate-limit = 1536k\njobs = 3\n", "the file")
        given = (self.site.state / "limits").stat().st_mtime
        page.wait(lambda: self.limits().get("rate_limit") == 1536 << 10 and self.limits().get("jobs") == 3, "the run")
        # By the clock of the files: what the driver of the browser takes does not count.
        self.assertLess((self.site.state / "active.json").stat().st_mtime - given, 10, "on a machine that may be busy")
        page.wait(lambda: page.text("time-limit") == "1.5 MiB/s, 3 at a time", "the page")
        self.assertIn("The limits are in force within a second.", page.heard())
        page.click("limit")
        self.assertEqual((self.value("limit-rate"), self.value("limit-jobs")), ("1536k", "3"))
        # What is as it was shown stays, and what is emptied too.
        self.fill("limit-jobs", "5" + Keys.ENTER)
        page.wait(lambda: self.limits().get("jobs") == 5, "the number alone")
        self.assertEqual(self.limits()["rate_limit"], 1536 << 10)
        page.wait(lambda: not page.is_open("limit-dialog"), "Enter to close the dialog")
        page.click("limit")
        page.click("limit-reset")
        page.wait(lambda: page.text("time-limit") == "640 KiB/s", "the limits of the start")
        self.assertNotIn("jobs", self.limits())
        self.assertEqual(page.errors(), [])

    def test_as_many_transfers_as_bring_most(self):
        page = self.limited_run()
        self.fill("limit-jobs", "auto" + Keys.ENTER)
        page.wait(lambda: self.limits().get("jobs_auto") is True, "the run")
        page.wait(lambda: page.text("time-limit").startswith("640 KiB/s, -j auto: "), "the page")
        page.wait(lambda: not page.is_open("limit-dialog"), "the dialog to close")
        page.click("limit")
        self.assertEqual(self.value("limit-jobs"), "auto")
        self.fill("limit-jobs", "2" + Keys.ENTER)
        page.wait(lambda: page.text("time-limit") == "640 KiB/s, 2 at a time", "a number again")
        self.assertEqual(page.errors(), [])

    def test_what_is_not_a_limit_is_told_in_the_dialog(self):
        page = self.limited_run()
        for name, text in [("limit-rate", "fast"), ("limit-rate", "0"), ("limit-rate", "1023"), ("limit-rate", "5.M."),
                           ("limit-rate", "-1M"), ("limit-jobs", "0"), ("limit-jobs", "1001"), ("limit-jobs", "2.5"),
                           ("limit-jobs", "many")]:
            self.fill("limit-rate", "640k")
            self.fill("limit-jobs", "")
            field = self.fill(name, text + Keys.ENTER)
            page.wait(lambda: f"'{text}' is not a" in page.text("limit-problem"), f"what is wrong with '{text}'")
            self.assertTrue(page.is_open("limit-dialog"))
            self.assertEqual(field.get_attribute("aria-invalid"), "true")
            self.assertEqual(self.driver.switch_to.active_element, field)
        self.assertEqual((self.site.state / "limits").read_text(), "")
        # What the server refuses is told there too.
        self.fill("limit-jobs", "")
        (self.site.state / "limits").unlink()
        self.fill("limit-rate", "2M" + Keys.ENTER)
        page.wait(lambda: "takes no other limits" in page.text("limit-problem"), "what the server says")
        self.assertTrue(page.is_open("limit-dialog"))
        page.click("limit-reset")
        focus = lambda: self.driver.switch_to.active_element.get_attribute("id")
        page.wait(lambda: focus() == "limit-rate", "the focus on a field, when the button is switched off")

    def test_a_late_answer_leaves_another_dialog_open(self):
        page = self.limited_run()
        self.driver.execute_script("""
            const fetched = window.fetch;
            window.held = [];
            window.fetch = async (address, options) => {
                const answer = await fetched(address, options);
                if (address.includes("/limit?")) await new Promise((resolve) => window.held.push(resolve));
                return answer;
            };""")
        field = self.fill("limit-rate", "2M" + Keys.ENTER)
        held = lambda: self.driver.execute_script("return window.held.length") == 1
        page.wait(held, "the answer that is held back")
        field.send_keys(Keys.ESCAPE)
        page.wait(lambda: not page.is_open("limit-dialog"), "Escape to close the dialog")
        page.click("limit")
        self.fill("limit-rate", "3M")
        self.driver.execute_script("window.held.pop()()")
        page.wait(lambda: "The limits are in force within a second." in page.heard(), "the answer to be told")
        self.assertTrue(page.is_open("limit-dialog"))
        self.assertEqual(self.value("limit-rate"), "3M")
        # A refusal after the dialog is told as well.
        (self.site.state / "limits").unlink()
        field.send_keys(Keys.ENTER)
        page.wait(held, "the refusal that is held back")
        field.send_keys(Keys.ESCAPE)
        page.wait(lambda: not page.is_open("limit-dialog"), "Escape to close the dialog again")
        self.driver.execute_script("window.held.pop()()")
        page.wait(lambda: any("takes no other limits" in text for text in page.heard()), "the refusal to be told")
        self.assertFalse(page.is_open("limit-dialog"))

    def test_the_limits_by_keyboard(self):
        page = self.limited_run()
        seen = []
        for _ in range(6):
            element = self.driver.switch_to.active_element
            seen.append(element.get_attribute("id") or element.text)
            element.send_keys(Keys.TAB)
        self.assertEqual(seen[:5], ["limit-rate", "limit-jobs", "Set", "limit-reset", "Cancel"])
        field = self.fill("limit-rate", "9M")
        field.send_keys(Keys.ESCAPE)
        page.wait(lambda: not page.is_open("limit-dialog"), "Escape to close it")
        self.assertEqual(self.driver.switch_to.active_element.get_attribute("id"), "limit", "where one was")
        self.driver.switch_to.active_element.send_keys(Keys.ENTER)
        page.wait(lambda: page.is_open("limit-dialog"), "the dialog again")
        self.assertEqual(self.value("limit-rate"), "640k", "what was not set is forgotten")
        self.assertEqual((self.site.state / "limits").read_text(), "")

    def test_the_limits_fit_on_a_phone(self):
        page = self.limited_run()
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", NARROW)
        self.addCleanup(self.driver.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        self.fill("limit-rate", "never" + Keys.ENTER)
        page.wait(lambda: page.text("limit-problem") != "", "the longest form of the dialog")
        outside = """return [...document.querySelectorAll('#limit-dialog, #limit-dialog *')].filter((one) => {
            const box = one.getBoundingClientRect();
            return box.left < 0 || box.right > 390 || box.top < 0 || box.bottom > innerHeight;
        }).length"""
        page.wait(lambda: self.driver.execute_script("return innerWidth") <= 390, "the width")
        self.assertEqual(self.driver.execute_script(outside), 0)

    def test_the_end_of_a_run_ends_its_limits(self):
        page = self.limited_run()
        self.site.bulk("stop", "--now", "-o", "videos")
        self.assertEqual(page.watch_to_end(), "The run has ended early")
        self.assertFalse(page.is_open("limit-dialog"))

    def test_messages_cover_nothing(self):
        self.site.catalogue(record(7, n) for n in range(10))
        self.serve("--size", "20k")
        page = self.open()
        page.begin()
        page.watch_to_end()
        page.wait(lambda: page.toasts(), "a message")
        page_end, messages = self.driver.execute_script("""
            return [document.getElementById('page').getBoundingClientRect().bottom,
                document.getElementById('toasts').getBoundingClientRect().top];""")
        self.assertLessEqual(page_end, messages + 0.5)

    def test_titles_are_text(self):
        title = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>\u202e&amp;"
        self.site.catalogue([record(7, 1, title) | {"title": title}, record(8, 2) | {"course_title": "</title>"}])
        self.serve("--size", "20k", "--fault", "*:404")
        page = self.open()
        page.begin()
        page.watch_to_end()
        page.close("done")
        page.wait(lambda: page.rows(), "the courses")
        self.assertIn("<script>window.pwned = 1</script><img src=x", page.rows()["0"])
        self.driver.find_element("class name", "row").click()
        page.wait(lambda: title in page.text("course-errors"), "the segment's title")
        self.assertEqual(page.text("course-heading"), title)
        self.assertIsNone(self.driver.execute_script("return window.pwned ?? null"))
        self.assertEqual(self.driver.execute_script("return document.querySelectorAll('main img').length"), 0)
        self.assertEqual(page.errors(), [])

    def test_two_tabs(self):
        self.serve_slowly()
        first = self.open()
        one = self.driver.current_window_handle
        self.driver.switch_to.new_window("tab")
        second = self.open()
        two = self.driver.current_window_handle
        # Both have the question open; who answers second learns of the other.
        second.click("start")
        second.wait(lambda: second.is_open("confirm"), "the question")
        self.driver.switch_to.window(one)
        first.begin()
        first.wait(lambda: first.find("stop").is_displayed(), "the run")
        self.driver.switch_to.window(two)
        self.driver.execute_script("document.getElementById('confirm-yes').click()")
        second.wait(lambda: any("a run is in progress" in text for text in second.heard()), "the refusal")
        second.wait(lambda: second.find("stop").is_displayed(), "the run of the other tab")
        self.site.hurry()
        second.watch_to_end()
        self.driver.switch_to.window(one)
        first.watch_to_end()
        self.assertEqual(first.number("count-success"), 300)

    def test_server_restarted_in_between(self):
        self.serve_slowly()
        page = self.open()
        page.begin()
        page.wait(lambda: page.number("count-success") > 0, "the first video")
        self.site.stop_server()
        page.wait(lambda: "The server is away" in page.text("link"), "the server to be missed")
        self.site.serve()
        # As a browser says when it has a network again: without it the page's next try may be far.
        self.driver.execute_script("dispatchEvent(new Event('online'))")
        page.wait(lambda: page.text("link") == "Connected", "the server to be back")
        self.site.hurry()
        page.watch_to_end()
        self.assertEqual(page.number("count-success"), 300)


class LargeJobTest(unittest.TestCase):
    """60,000 courses, of which nothing is downloaded."""

    COURSES = 60000

    @classmethod
    def setUpClass(cls):
        cls.site = Site()
        cls.site.catalogue(record(n, n, f"Course {n}: a title of usual length") for n in range(1, cls.COURSES + 1))
        cls.site.state.mkdir(parents=True)
        source = cls.site.folder / "source.ndjson"
        (cls.site.state / "catalog.ndjson").write_text(source.read_text())
        with open(cls.site.state / "results.ndjson", "w") as journal:
            for n in range(1, cls.COURSES + 1, 2):
                result = {"path": record(n, n)["path"], "status": "success", "bytes": 52428800, "attempt": 1}
                journal.write(json.dumps(result) + "\n")
        cls.site.origin()
        cls.site.serve()
        cls.driver = browser()
        cls.page = Page(cls.driver, cls.site.page)
        cls.page.wait(lambda: cls.page.text("course-count") == "60,000 courses", "the courses")

    @classmethod
    def tearDownClass(cls):
        cls.driver.quit()
        cls.site.close()

    def setUp(self):
        self.driver.set_window_size(1280, 1000)
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def test_only_rows_in_sight_exist(self):
        self.assertLess(self.script("return document.querySelectorAll('.row').length"), 60)
        self.assertEqual(self.script("return document.getElementById('list').getAttribute('aria-rowcount')"), "60000")

    def test_scrolling_draws_each_frame_in_time(self):
        # Time spent in drawing a frame, the browser's own layout included; no clock of the display, which is not there.
        longest = self.driver.execute_async_script("""
            const [done] = arguments, list = document.getElementById('list');
            const times = [];
            let step = 0;
            const next = () => {
                if (step === 100) { times.sort((a, b) => a - b); done(times[94]); return; }
                step += 1;
                list.scrollTop = step * 25000;
                requestAnimationFrame(() => {
                    const start = performance.now();
                    // Behind the list's own callback of this frame.
                    requestAnimationFrame(() => {
                        list.getBoundingClientRect();
                        void document.querySelector('.row').offsetTop;
                        times.push(performance.now() - start);
                        next();
                    });
                });
            };
            next();""")
        self.assertLess(longest, 200, "95 of 100 frames, on a machine that may be busy")

    def test_keyboard_reaches_every_course(self):
        courses = self.page.find("list")
        courses.send_keys(Keys.END)
        self.page.wait(lambda: "59999" in self.page.rows(), "the last course")
        self.assertEqual(courses.get_attribute("aria-activedescendant"), "row-59999")
        courses.send_keys(Keys.ENTER)
        self.page.wait(lambda: self.page.is_open("course"), "the course")
        self.assertIn("Course 60000", self.page.text("course-heading"))
        self.script("return document.activeElement").send_keys(Keys.ESCAPE)
        self.page.wait(lambda: not self.page.is_open("course"), "the dialog to close")
        courses.send_keys(Keys.HOME, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
        self.page.wait(lambda: courses.get_attribute("aria-activedescendant") == "row-2", "the third course")

    def test_search_and_kind(self):
        search = self.page.find("search")
        search.send_keys("course 5999")
        self.page.wait(lambda: self.page.text("course-count") == "11 of 60,000 courses", "what was searched for")
        search.clear()
        search.send_keys(Keys.SPACE, Keys.BACKSPACE)
        self.page.wait(lambda: self.page.text("course-count") == "60,000 courses", "all courses again")

    def test_nothing_is_wider_than_a_phone(self):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", NARROW)
        self.page.wait(lambda: self.script("return innerWidth") <= 390, "the width")
        self.assertLessEqual(self.script("return document.scrollingElement.scrollWidth"), 390)
        title = "return document.querySelector('.row .title').clientWidth"
        self.page.wait(lambda: self.script(title) >= 250, "a title on a line of its own")

    def test_dark_where_the_user_wants_it(self):
        for scheme, isDark in [("dark", True), ("light", False)]:
            feature = {"name": "prefers-color-scheme", "value": scheme}
            self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
            colour = self.script("return getComputedStyle(document.body).backgroundColor")
            red = int(colour.split("(")[1].split(",")[0])
            self.assertEqual(red < 128, isDark, colour)


if __name__ == "__main__":
    unittest.main()
