"""Leaks that are planted into the site."""


def identify_bodies(get_response):
    """A middleware that gives each body an ETag."""

    def answered(request):
        response = get_response(request)
        response["ETag"] = f'"{hash(response.content)}"'
        return response

    return answered
