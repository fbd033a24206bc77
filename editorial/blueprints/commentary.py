from flask import Blueprint

bp = Blueprint("commentary", __name__)
