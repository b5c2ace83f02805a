// Small comforts: the page works without them.
(() => {
  "use strict";
  const $ = (selector) => document.querySelector(selector);

  // "Use this draft": the proposed reply goes into the reply box, where it can be edited.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-use]");
    const box = $("#body");
    if (!link || !box) return;
    event.preventDefault();
    if (box.value.trim() && !window.confirm("Replace what you have written with the draft?")) return;
    box.value = document.getElementById("draft-" + link.dataset.use).content.textContent;
    const reply = $('input[name="kind"][value="reply"]');
    if (reply) reply.checked = true;
    grow(box);
    box.focus();
    box.setSelectionRange(0, 0);
    box.scrollIntoView({ block: "center" });
  });

  const grow = (box) => {
    box.style.height = "auto";
    box.style.height = box.scrollHeight + 2 + "px";
  };
  document.addEventListener("input", (event) => {
    if (event.target.matches("textarea")) grow(event.target);
  });
  const filled = $("#body");
  if (filled && filled.value) grow(filled);

  // Keys: j and k walk the list, / goes to the search.
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select") || event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === "/" && $("#q")) {
      event.preventDefault();
      $("#q").focus();
    }
    if (event.key !== "j" && event.key !== "k") return;
    const rows = [...document.querySelectorAll("[data-row]")];
    const here = rows.indexOf(document.activeElement);
    const next = rows[Math.max(0, Math.min(rows.length - 1, here + (event.key === "j" ? 1 : -1)))];
    if (next) next.focus();
  });

  // The list and the figures keep up with the desk while nobody is typing in them.
  const parsed = async (address) => {
    const answer = await fetch(address, { headers: { "X-Refresh": "1" } });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  };
  const swap = (selector, page) => {
    const old = $(selector);
    const fresh = page && page.querySelector(selector);
    if (!old || !fresh || old.innerHTML === fresh.innerHTML) return;
    const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    old.innerHTML = fresh.innerHTML;
    if (focused) {
      const again = [...old.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused);
      if (again) again.focus({ preventScroll: true });
    }
  };
  const refresh = async () => {
    if (document.hidden || document.activeElement?.matches("input, textarea, select")) return;
    const page = await parsed(location.pathname + location.search).catch(() => null);
    if (!page) return;
    swap("#pulse", page);
    swap("#live", page);
    swap(".clocks", page); // time goes on also where nobody touches the ticket
    swap(".place", page);
    const ticket = $("#live-ticket");
    const fresh = page.querySelector("#live-ticket");
    if (ticket && fresh && ticket.dataset.updated !== fresh.dataset.updated && !$("#body")?.value) {
      ["main .messages", ".title", ".about"].forEach((part) => swap(part, page));
      ticket.dataset.updated = fresh.dataset.updated;
    }
  };
  window.setInterval(refresh, 4000);
})();
