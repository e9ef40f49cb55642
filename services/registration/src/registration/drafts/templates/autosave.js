(function () {
  var form = document.getElementById("draft"), told = document.getElementById("saved");
  var dirty = false, busy = false, stopped = false, waiting = null, timer = 0;
  function say(text) { told.textContent = text; }
  function save() {
    if (!dirty || busy || stopped) return;
    dirty = false; busy = true;
    var sent = new FormData(form);
    sent.set("do", "autosave");
    fetch(form.getAttribute("action"), { method: "POST", body: sent, headers: { "X-Autosave": "1" } })
      .then(function (answer) { return answer.json().then(function (body) { return [answer.status, body]; }); })
      .then(function (got) {
        if (got[0] === 200) {
          form.elements.version.value = got[1].version;
          form.elements.save_key.value = got[1].save_key;
          say(got[1].told);
        } else {
          stopped = true;
          say(got[1].told || got[1].detail_vi);
        }
      })
      .catch(function () { dirty = true; say(form.getAttribute("data-later")); })
      .then(function () {
        busy = false;
        if (waiting) { var button = waiting; waiting = null; stopped = true; form.requestSubmit(button); }
        else if (dirty) { timer = setTimeout(save, 4000); }
      });
  }
  form.addEventListener("input", function () { dirty = true; clearTimeout(timer); timer = setTimeout(save, 2500); });
  form.addEventListener("submit", function (event) {
    clearTimeout(timer);
    if (busy) { waiting = event.submitter; event.preventDefault(); }
    else { stopped = true; }
  });
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
})();
