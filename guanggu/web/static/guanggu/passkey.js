// Passkeys: a button [data-passkey] runs the ceremony and posts its form with the credential.
// Without scripts, or without support, the buttons stay hidden and the other ways remain.
(() => {
  "use strict";
  const supported = Boolean(window.PublicKeyCredential && window.webauthnJSON);

  async function options(button, form) {
    if (button.dataset.passkey === "sign-in") {
      const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()).request_options;
    }
    const data = JSON.parse(document.getElementById("js_data").textContent);
    return data.creation_options || data.request_options;
  }

  function asPasskey(creation, form) {
    const alone = form.querySelector("[name=passwordless]");
    const wanted = Boolean(alone && alone.checked);
    const selection = creation.publicKey.authenticatorSelection;
    selection.residentKey = wanted ? "required" : "discouraged";
    selection.requireResidentKey = wanted;
    if (wanted) selection.userVerification = "required";
    return creation;
  }

  async function run(button) {
    const form = button.form;
    const failed = document.getElementById("passkey-failed");
    if (failed) failed.hidden = true;
    button.disabled = true;
    try {
      const asked = await options(button, form);
      const credential = button.dataset.passkey === "add"
        ? await webauthnJSON.create(asPasskey(asked, form))
        : await webauthnJSON.get(asked);
      form.querySelector("[name=credential]").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      button.disabled = false;
      if (failed) failed.hidden = false;
    }
  }

  for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = !supported;
  for (const note of document.querySelectorAll("[data-passkey-missing]")) note.hidden = supported;
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      run(button);
    });
  }
})();
