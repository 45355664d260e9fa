"""A browser for the journeys, and a demonstration to walk through."""

import os

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("HUIMIN_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module")
def chromium():
    """One browser a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server():
    """The product on a free port, without a database: a guest's pages ask it nothing, and one that did would fail here."""
    thread = LiveServerThread("localhost", StaticFilesHandler, port=0)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert not thread.error
    yield f"http://localhost:{thread.port}"
    thread.terminate()


@pytest.fixture
def demonstration(settings):
    """Pages that say that everything is synthetic."""
    settings.DEMO = True
