"""The pages of Roundcube in its skin Elastic: where to click for what."""
from browser import CONTROL, Browser

__all__ = ["CONTROL", "ROW", "Elastic"]
ROW = "#messagelist tbody tr"


class Elastic(Browser):
    def log_in(self, name, password):
        self.fill("#rcmloginuser", name)
        self.fill("#rcmloginpwd", password)
        self.click("#rcmloginsubmit")

    def open_folder(self, name):
        self.click("#mailboxlist a", name)
        self.see("#mailboxlist li.selected > a", name)

    def menu(self, button, *entries):
        """An entry of a menu, and of what it then offers. A menu that closes is taken away, and a moment later put back."""
        menus = set()
        self.click(button)
        for entry in entries:
            self.see(".popover a", entry)
            menus.update(self.run("return [...document.querySelectorAll('.popover .popupmenu')].map(e => e.id)"))
            self.click(".popover a", entry)
        self.until(f"closed: {entries}", f"!document.querySelector('.popover') && {sorted(menus)}"
                   ".every(id => document.getElementById(id)?.classList.contains('hidden'))")

    def confirm(self, button):
        self.click(".ui-dialog-buttonset button", button)

    def search(self, words, switch=()):
        """Looks for words, in other fields than before when some are switched."""
        if switch:
            self.click(".searchbar a.options")
        for field in switch:
            self.click("#searchmenu label", field)
        self.fill("#mailsearchform", words)
        self.press("Enter")

    def order(self, column, direction, mode="List"):
        self.click("#listmenulink")
        for field, entry in (("sort_col", column), ("sort_ord", direction), ("mode", mode)):
            self.menu(f"select[name={field}]", entry)
        self.confirm("Save")

    def folder_settings(self):
        self.click("#taskmenu a.settings")
        self.click("#layout-sidebar a", "Folders")

    def save_folder(self, name, parent):
        self.fill("input[name=_name]", name)
        self.menu("select[name=_parent]", parent)
        self.click("button.submit")
