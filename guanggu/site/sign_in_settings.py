"""Settings of django-allauth: sign-in, second factor, OpenID Connect provider."""

from guanggu.site.environment import Environment, Misconfigured

_env = Environment.load()
_OURS = "guanggu.web.authentication"

ACCOUNT_ADAPTER = f"{_OURS}.account_adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Failed attempts: an address may make ten a minute, an account sees five in five minutes.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_FORMS = {
    "login": f"{_OURS}.forms.LoginForm",
    "change_password": f"{_OURS}.forms.ChangePasswordForm",
    "reauthenticate": f"{_OURS}.forms.ReauthenticateForm",
}

MFA_ADAPTER = f"{_OURS}.mfa_adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "光谷"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _env.is_production
MFA_FORMS = {
    "authenticate": f"{_OURS}.forms.AuthenticateForm",
    "reauthenticate": f"{_OURS}.forms.MFAReauthenticateForm",
    "activate_totp": f"{_OURS}.forms.ActivateTOTPForm",
    "add_webauthn": f"{_OURS}.forms.AddWebAuthnForm",
    "edit_webauthn": f"{_OURS}.forms.EditWebAuthnForm",
}

IDP_OIDC_ADAPTER = f"{_OURS}.oidc_adapter.OIDCAdapter"
IDP_OIDC_PRIVATE_KEY = _env.text("GUANGGU_OIDC_KEY", "").replace("\\n", "\n")
if _env.is_production and not IDP_OIDC_PRIVATE_KEY:
    raise Misconfigured(
        "请设置环境变量 GUANGGU_OIDC_KEY(PEM 格式的 RSA 私钥)。/ "
        "Set GUANGGU_OIDC_KEY to an RSA key in PEM, its lines joined by \\n."
    )
IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = 60
