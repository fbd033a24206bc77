from flask import Blueprint

bp = Blueprint("writing", __name__)
