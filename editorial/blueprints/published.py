from flask import Blueprint

bp = Blueprint("published", __name__)
