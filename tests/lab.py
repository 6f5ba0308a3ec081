"""JupyterLab in a headless browser, with everything but this machine blocked."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

TOKEN = "for-tests"
ERRORS = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.error"]'


def find_browser() -> tuple[str, str]:
    """The paths of Chromium and its driver; skips the test where either is absent."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("needs chromium and chromium-driver (Debian's packages)")
    return browser, driver


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serve_lab(folder: Path, scratch: Path) -> Iterator[str]:
    """The address of a JupyterLab on `folder`, with settings of its own."""
    port = _free_port()
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
    more = ("JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR", "JUPYTER_DATA_DIR")
    env = os.environ | {name: str(scratch / name.lower()) for name in (*names, *more)}
    options = {
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": TOKEN,
        "ServerApp.port_retries": 0,
        "LabApp.news_url": None,
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "LabApp.extension_manager": "readonly",
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--ip=127.0.0.1", f"--port={port}", *(f"--{k}={v}" for k, v in options.items())]
    with (scratch / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        try:
            base = f"http://127.0.0.1:{port}"
            for _ in range(240):
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"{base}/api?token={TOKEN}", timeout=2)
                    break
                time.sleep(0.5)
            yield base
        finally:
            server.terminate()
            server.wait(30)


class Lab:
    """A notebook open in JupyterLab: run it, find what it shows, click, type."""

    def __init__(self, base: str, scratch: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        browser, driver = find_browser()
        options = webdriver.ChromeOptions()
        options.binary_location = browser
        rules = "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"  # no name resolves
        for flag in (
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            "--window-size=1500,2600",
            f"--user-data-dir={scratch / 'browser'}",
            f"--host-resolver-rules={rules}",
        ):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.base, self.scratch = base, scratch
        self.driver = webdriver.Chrome(options=options, service=Service(driver))
        self.driver.set_page_load_timeout(120)

    def wait(self, what: Callable[[], Any], seconds: float = 120, *, why: str = "") -> Any:
        """What `what` returns as soon as that is true; fails after `seconds`."""
        from selenium.common.exceptions import WebDriverException

        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(WebDriverException):
                if found := what():
                    return found
            time.sleep(0.3)
        raise AssertionError(f"waited {seconds} s for {why or 'the page'}")

    def all(self, css: str) -> list[Any]:
        """The elements of a selector."""
        return self.driver.find_elements("css selector", css)

    def open(self, notebook: str) -> None:
        """Show a notebook, and wait until its kernel is there."""
        self.driver.get(f"{self.base}/lab/tree/{notebook}?token={TOKEN}&reset")
        self.wait(lambda: self.all(".jp-Notebook .jp-CodeCell"), why="the notebook")
        idle = ".jp-Notebook-ExecutionIndicator[data-status='idle']"
        self.wait(lambda: self.all(idle), why="the kernel")
        time.sleep(2)  # for JupyterLab to ask what it may ask
        self._answer()

    def _answer(self) -> None:
        """Take what dialogs propose (the kernel), and close notes."""
        for button in self.all(".jp-Dialog button.jp-mod-accept, .Toastify__close-button"):
            with contextlib.suppress(Exception):
                button.click()

    def run_all(self) -> None:
        """Choose Run > Run All Cells until the cells run, and wait until all have."""
        menu = "//div[contains(@class,'lm-MenuBar-itemLabel') and text()='Run']"
        entry = "li.lm-Menu-item[data-command='runmenu:run-all']"
        for _ in range(6):  # before it has a kernel, JupyterLab asks for one and runs nothing
            self.driver.find_element("xpath", menu).click()
            self.wait(lambda: self.all(entry), why="the menu")[0].click()
            with contextlib.suppress(AssertionError):
                self.wait(lambda: self._answer() or any(self._counts()), 10)
                break
        self.wait(lambda: all(count.isdigit() for count in self._counts()), 300, why="the cells")

    def _counts(self) -> list[str]:
        """What stands in the brackets beside each code cell: a number, a star or nothing."""
        prompts = self.all(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
        return [prompt.text.strip("[]: ") for prompt in prompts if prompt.text]

    def outside_loads(self) -> set[str]:
        """Addresses off this machine that the page asked for."""
        log = self.driver.get_log("browser")
        return {m["message"].split(" ")[0] for m in log if "ERR_NAME_NOT_RESOLVED" in m["message"]}

    def picture(self, name: str) -> None:
        """Keep a screenshot, to be looked at."""
        self.driver.save_screenshot(str(self.scratch / name))

    def quit(self) -> None:
        """Close the browser."""
        self.driver.quit()
