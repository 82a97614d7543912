"""One-time sign-in links, by Django's password-reset tokens: a sign-in changes what the token is made of."""

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode


class SignInTokens(PasswordResetTokenGenerator):
    """Tokens that a password-reset form does not take, and the other way round."""

    key_salt = "evalsite.login_links.SignInTokens"


tokens = SignInTokens()


def link_for(user: User) -> str:
    """The address that signs `user` in once, within PASSWORD_RESET_TIMEOUT seconds."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.SITE_URL + reverse("one_time_sign_in", args=[uid, tokens.make_token(user)])


def user_of(uidb64: str, token: str) -> User | None:
    """Whom the link signs in, or None where it is wrong, used or too old."""
    try:
        pk = int(urlsafe_base64_decode(uidb64))
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and tokens.check_token(user, token) else None
