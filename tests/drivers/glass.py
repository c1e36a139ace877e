"""A headless Kivy window that prints every touch it gets: `python -m tests.drivers.glass NODE WIDTH HEIGHT`."""

from __future__ import annotations

import os
import sys


def main(node: str, width: str, height: str) -> None:
    # All of this before Kivy's window is imported: it reads it when it loads.
    os.environ |= {"SDL_VIDEODRIVER": "offscreen", "KIVY_NO_CONFIG": "1", "KIVY_NO_ARGS": "1"}
    os.environ |= {"KIVY_NO_FILELOG": "1", "KIVY_NO_CONSOLELOG": "1"}
    from kivy.config import Config

    Config.set("graphics", "width", width)
    Config.set("graphics", "height", height)
    for provider in list(Config["input"]):
        Config.remove_option("input", provider)
    Config.set("input", "panel", f"mtdev,{node}")

    from kivy.app import App
    from kivy.input import MotionEvent
    from kivy.uix.widget import Widget

    class Glass(Widget):
        def on_touch_down(self, touch: MotionEvent) -> None:
            print("down", round(touch.x), round(touch.y), int(touch.is_double_tap), flush=True)

        def on_touch_up(self, touch: MotionEvent) -> None:
            print("up", round(touch.x), round(touch.y), int(touch.is_double_tap), flush=True)

    class GlassApp(App):
        def build(self) -> Glass:
            return Glass()

        def on_start(self) -> None:
            print("ready", flush=True)

    GlassApp().run()


if __name__ == "__main__":
    main(*sys.argv[1:4])
